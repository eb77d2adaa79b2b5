// JupyterLab's own client code without a browser: start, info, execute, complete, interrupt,
// restart, shutdown. usage: node services.mjs URL TOKEN KERNEL
import { KernelManager, ServerConnection } from '@jupyterlab/services';

const [url, token, name] = process.argv.slice(2);
const serverSettings = ServerConnection.makeSettings({ baseUrl: url, wsUrl: url.replace('http', 'ws'), token, appendToken: true });
const manager = new KernelManager({ serverSettings });
const must = (condition, what) => { if (!condition) throw new Error(what); };
const kernel = await manager.startNew({ name });
must((await kernel.info).language_info.name === 'java', 'language');
const run = async code => {
  const texts = [];
  const future = kernel.requestExecute({ code });
  future.onIOPub = m => { if (m.header.msg_type === 'execute_result') texts.push(m.content.data['text/plain']); };
  return [(await future.done).content.status, ...texts].join(' ');
};
must(await run('6 * 7') === 'ok 42', 'execute');
must((await kernel.requestComplete({ code: '"abc".len', cursor_pos: 9 })).content.matches.length > 0, 'complete');
must((await kernel.requestInspect({ code: 'String', cursor_pos: 6, detail_level: 0 })).content.found, 'inspect');
must((await kernel.requestIsComplete({ code: 'void f() {' })).content.status === 'incomplete', 'is_complete');
const loop = kernel.requestExecute({ code: 'System.out.println("on"); while (true) {}' });
await new Promise(on => { loop.onIOPub = m => { if (m.header.msg_type === 'stream') on(); }; });
await kernel.interrupt();
must((await loop.done).content.status === 'error', 'interrupt');
await kernel.restart();
must(await run('1 + 1') === 'ok 2', 'restart');
await kernel.shutdown();
console.log('@jupyterlab/services: passed');
process.exit(0);
