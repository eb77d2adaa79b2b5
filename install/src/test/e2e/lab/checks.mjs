// What a user does in JupyterLab, by keys, on the kernel "lazuli": every check is printed, the
// first that fails ends the run with status 1.
// usage: node checks.mjs URL TOKEN FOLDER (the server's, with an empty keys.ipynb) KERNEL NOTEBOOK...
// The notebooks, which lie in the folder too, are run whole at the end.
import { chromium } from 'playwright-core';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const [url, token, folder, kernel, ...notebooks] = process.argv.slice(2);
const T = 120_000;
const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-checks-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  headless: true,
  viewport: { width: 1280, height: 1400 },
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
    '--disable-background-networking', '--disable-component-update', '--disable-sync']
});
const page = context.pages()[0] ?? await context.newPage();
page.setDefaultTimeout(T);
const outside = [];
await context.route('**/*', route => {
  const asked = new URL(route.request().url());
  if (['127.0.0.1', 'localhost'].includes(asked.hostname) || ['data:', 'blob:'].includes(asked.protocol)) {
    return route.continue();
  }
  outside.push(asked.href);
  return route.abort();
});

let passed = 0;
async function check(name, body) {
  const start = Date.now();
  try {
    const said = await body();
    passed++;
    console.log(`ok    ${name} (${Date.now() - start} ms)${said ? ': ' + said : ''}`);
  } catch (error) {
    console.log(`FAIL  ${name}: ${error.message}`);
    await page.screenshot({ path: path.join(os.tmpdir(), 'lab-checks-failure.png') }).catch(() => {});
    throw error;
  }
}
function must(condition, message) {
  if (!condition) throw new Error(message);
}

// --- the page's own objects ----------------------------------------------------------------------
const inPage = (body, argument) => page.evaluate(body, argument);
const status = () => inPage(() => window.__panel.sessionContext.session?.kernel?.status);
const until = (body, argument, timeout = T) => page.waitForFunction(body, argument, { timeout, polling: 30 });
const idle = () => until(() => window.__panel.sessionContext.session?.kernel?.status === 'idle');
// A cell has ended when its reply and its status idle are there. That the kernel is idle says nothing: so it is after every
// request, one to interrupt or to complete too; and the number of a cell comes when it begins.
async function ended(cell) {
  await until(i => window.__panel.content.widgets[i].outputArea.future, cell);
  const status = await inPage(([i, limit]) => Promise.race([
    window.__panel.content.widgets[i].outputArea.future.done.then(reply => reply.content.status),
    new Promise(over => setTimeout(over, limit, 'no end'))
  ]), [cell, T]);
  must(['ok', 'error'].includes(status), `the cell: ${status}`);
}
/** Waits for the box in which a cell asks. */
async function asks(cell) {
  await until(i => window.__panel.content.widgets[i].outputArea.node.querySelector('.jp-Stdin-input'), cell);
  return page.locator('.jp-Stdin-input').last();
}
const outputs = cell => inPage(i => {
  const area = window.__panel.content.widgets[i].outputArea;
  return { text: area.node.innerText, models: area.model.toJSON() };
}, cell);
const outputHas = (cell, text, timeout = T) => until(({ i, t }) =>
  window.__panel.content.widgets[i].outputArea?.node.innerText.includes(t), { i: cell, t: text }, timeout);

/** Adds a cell at the end, types into it as a user does; returns its number. */
async function type(text) {
  const cell = await inPage(async () => {
    const { content } = window.__panel;
    content.activeCellIndex = content.widgets.length - 1;
    if (content.activeCell.model.sharedModel.getSource()) {
      await window.jupyterapp.commands.execute('notebook:insert-cell-below');
    }
    await window.jupyterapp.commands.execute('notebook:enter-edit-mode');
    content.activeCell.editor.focus();
    return content.activeCellIndex;
  });
  await page.keyboard.insertText(text);
  return cell;
}
async function run(text) {
  const cell = await type(text);
  await page.keyboard.press('Control+Enter');
  return cell;
}
async function runToEnd(text) {
  const cell = await run(text);
  await ended(cell);
  return cell;
}
/** Interrupts the kernel as the Stop button does; returns after the end of a cell. */
async function interrupt(cell) {
  await inPage(id => window.jupyterapp.commands.execute(id), 'notebook:interrupt-kernel');
  await ended(cell);
}
const command = name => inPage(id => window.jupyterapp.commands.execute(id), name);

async function open(notebook) {
  await page.goto(`${url}/lab/workspaces/w${Date.now()}/tree/${encodeURIComponent(notebook)}?token=${token}&reset`);
  await page.waitForSelector('.jp-NotebookPanel');
  await until(() => document.documentElement.dataset.labReady === '1');
  const info = await inPage(async name => {
    const panel = [...window.jupyterapp.shell.widgets('main')].find(w => w.context && w.content && w.sessionContext);
    await panel.context.ready;
    await panel.sessionContext.ready;
    window.__panel = panel;
    if (panel.sessionContext.session?.kernel?.name !== name) {
      await panel.sessionContext.changeKernel({ name });
    }
    return (await panel.sessionContext.session.kernel.info).language_info.name;
  }, kernel);
  must(info === 'java', `the language is ${info}`);
  await idle();
}

try {
  await check('open the notebook, kernel ready', () => open('keys.ipynb'));
  await check('first cell', async () => {
    const cell = await runToEnd('6 * 7');
    await outputHas(cell, '42');
  });
  await check('Tab completes from a list', async () => {
    await type('"abcdef".sub');
    // JupyterLab drops an answer that takes more than a second, which a busy machine may need at first.
    for (let press = 1; ; press++) {
      await page.keyboard.press('Tab');
      try {
        await page.waitForSelector('.jp-Completer-item', { timeout: 5000 });
        break;
      } catch (error) {
        if (press === 3) throw error;
      }
    }
    const listed = await page.locator('.jp-Completer-item').allInnerTexts();
    must(['substring', 'subSequence'].every(name => listed.some(item => item.includes(name))), `the list is ${listed}`);
    await page.locator('.jp-Completer-item', { hasText: 'substring' }).first().click();
    await until(() => window.__panel.content.activeCell.model.sharedModel.getSource().startsWith('"abcdef".substring'));
    await inPage(() => window.__panel.content.activeCell.model.sharedModel.setSource('"abcdef".substring(2)'));
    await page.keyboard.press('Control+Enter');
    const cell = await inPage(() => window.__panel.content.activeCellIndex);
    await ended(cell);
    await outputHas(cell, 'cdef');
  });
  await check('Shift+Tab shows a signature at an open bracket', async () => {
    await type('"abc".substring(');
    await page.keyboard.press('Shift+Tab');
    await page.waitForSelector('.jp-Tooltip', { timeout: 10_000 });
    const text = await page.locator('.jp-Tooltip').innerText();
    must(text.includes('beginIndex'), `the tooltip is ${text.slice(0, 80)}`);
    await page.keyboard.press('Escape');
    await inPage(() => window.__panel.content.activeCell.model.sharedModel.setSource('1'));
  });
  await check('output is shown while the cell runs', async () => {
    const go = path.join(folder, 'go');
    const cell = await run('System.out.println("begun"); '
      + `while (!Files.exists(Path.of("${go}"))) Thread.sleep(20); System.out.println("over");`);
    await outputHas(cell, 'begun');
    must(await status() === 'busy', 'the kernel is not busy any more');
    must(!(await outputs(cell)).text.includes('over'), 'the cell is over');
    fs.writeFileSync(go, '');
    await ended(cell);
    await outputHas(cell, 'over');
  });
  let spinning;
  await check('completion answers while a cell runs', async () => {
    spinning = await run('System.out.println("spin"); while (true) {}');
    await outputHas(spinning, 'spin');
    const matches = await inPage(async () => {
      const reply = await window.__panel.sessionContext.session.kernel.requestComplete({ code: 'Math.ab', cursor_pos: 7 });
      return reply.content.matches.join(' ');
    });
    must(matches.includes('abs'), `the matches are ${matches}`);
  });
  await check('interrupt ends an endless loop', async () => {
    const start = Date.now();
    await interrupt(spinning);
    const took = Date.now() - start;
    must(took < 2000, `it took ${took} ms`);
  });
  await check('the state is kept after an interrupt', async () => {
    await runToEnd('int kept = 17;');
    const loop = await run('System.out.println("on"); while (true) {}');
    await outputHas(loop, 'on');
    await interrupt(loop);
    await outputHas(loop, 'Interrupted');
    await outputHas(await runToEnd('kept + 1'), '18');
  });
  await check('an error has its class and its line', async () => {
    const cell = await runToEnd('int[] a = {1};\na[3]');
    await outputHas(cell, 'ArrayIndexOutOfBoundsException');
    const { text, models } = await outputs(cell);
    must(models.some(m => m.output_type === 'error' && m.ename.includes('ArrayIndexOutOfBounds')), JSON.stringify(models));
    must(text.includes('line 2') && text.includes('a[3]'), text);
  });
  await check('a failed cell stops the queue', async () => {
    const count = await inPage(async () => {
      const k = window.__panel.sessionContext.session.kernel;
      const one = k.requestExecute({ code: 'throw new IllegalStateException("first")', stop_on_error: true });
      const two = k.requestExecute({ code: '2' });
      return (await two.done).content.status + ' ' + (await one.done).content.status;
    });
    must(count === 'aborted error', count);
  });
  await check('stdin asks in the cell', async () => {
    const cell = await run('var name = new Scanner(System.in).nextLine(); "hello " + name');
    const box = await asks(cell);
    await box.fill('world');
    await box.press('Enter');
    await ended(cell);
    // JupyterLab keeps the box for half a second.
    await until(i => !window.__panel.content.widgets[i].outputArea.node.querySelector('.jp-Stdin-input'), cell);
    await outputHas(cell, 'hello world');
  });
  await check('interrupt while stdin asks', async () => {
    const asking = await run('new Scanner(System.in).nextLine()');
    await asks(asking);
    await interrupt(asking);
    await outputHas(await runToEnd('kept + 2'), '19');
  });
  await check('html, markdown, a picture and a formula are drawn', async () => {
    const cell = await runToEnd('display("<b>bold</b>", "text/html"); display("# head", "text/markdown");'
      + 'display("$x^2$", "text/latex"); display(new java.awt.image.BufferedImage(30, 20, 1));');
    await until(i => {
      const node = window.__panel.content.widgets[i].outputArea.node;
      const image = node.querySelector('img');
      return node.querySelector('b') && node.querySelector('h1') && node.querySelector('mjx-container')
        && image && image.naturalWidth === 30 && image.naturalHeight === 20;
    }, cell);
  });
  await check('an updated display changes in place', async () => {
    const cell = await runToEnd('var id = display("old", "text/plain"); updateDisplay(id, "fresh", "text/plain");');
    await outputHas(cell, 'fresh');
    must(!(await outputs(cell)).text.includes('old'), 'the old text is still there');
  });
  await check('clear_output', async () => {
    const cell = await runToEnd('System.out.println("gone"); clearOutput(false); System.out.println("stays");');
    await outputHas(cell, 'stays');
    must(!(await outputs(cell)).text.includes('gone'), 'the output was not cleared');
  });
  await check('history is answered', async () => {
    const found = await inPage(async () => {
      const reply = await window.__panel.sessionContext.session.kernel.requestHistory(
        { output: false, raw: true, hist_access_type: 'tail', n: 50 });
      return reply.content.history.map(h => h[2]).join('\n');
    });
    must(found.includes('6 * 7'), found.slice(0, 200));
  });
  await check('an unknown comm is closed and comm_info answers', async () => {
    const answer = await inPage(async () => {
      const k = window.__panel.sessionContext.session.kernel;
      const comm = k.createComm('no.such.target');
      const closed = new Promise(done => { comm.onClose = () => done('closed'); });
      comm.open({});
      return await closed + ' ' + (await k.requestCommInfo({})).content.status;
    });
    must(answer === 'closed ok', answer);
  });
  await check('restart: idle again, the state is gone', async () => {
    const start = Date.now();
    await inPage(() => window.__panel.sessionContext.session.kernel.restart());
    await idle();
    const took = Date.now() - start;
    const cell = await runToEnd('kept');
    await outputHas(cell, 'cannot find symbol');
    return `idle after ${took} ms`;
  });
  await check('arrays and a profile are drawn', async () => {
    const cell = await runToEnd('var q = normal(key(0), 1, 2, 64, 32);\nsdpa(q, q, q, causal()).get("0, 0, :2, :4")');
    await outputHas(cell, 'f32');
    const table = await runToEnd('%profile sdpa(q, q, q).eval()');
    await until(i => window.__panel.content.widgets[i].outputArea.node.querySelector('table'), table);
  });
  for (const notebook of notebooks) {
    await check(`${notebook} runs whole`, async () => {
      await inPage(() => window.__panel.sessionContext.shutdown());
      await open(notebook);
      await command('notebook:run-all-cells');
      const report = () => inPage(() => {
        const { content } = window.__panel;
        const code = content.widgets.filter(c => c.model.type === 'code' && c.model.sharedModel.getSource().trim());
        const failed = code.filter(c => c.outputArea.model.toJSON().some(o => o.output_type === 'error'));
        const meant = code.filter(c => (c.model.getMetadata('tags') ?? []).includes('raises-exception'));
        const unnumbered = code.filter(c => c.model.executionCount === null).length;
        // In the cells, not in the page: one that is scrolled away may not be part of it.
        const count = selector => code.reduce((n, c) => n + c.outputArea.node.querySelectorAll(selector).length, 0);
        const numbers = some => some.map(c => content.widgets.indexOf(c)).join();
        return [unnumbered ? 0 : code.length, numbers(failed), numbers(meant), count('table'), count('img, .vega-embed .marks')];
      });
      // A cell that fails on purpose ends the command, not the queue.
      const code = await inPage(() => window.__panel.content.widgets
        .flatMap((c, i) => c.model.type === 'code' && c.model.sharedModel.getSource().trim() ? [i] : []));
      for (const cell of code) await ended(cell);
      let [cells, failed, meant, tables, pictures] = await report();
      must(cells > 0, 'cells have no number');
      must(failed === meant, `cells ${failed || 'none'} failed, ${meant || 'none'} should`);
      // Pictures are drawn a moment after the cell has ended.
      for (const end = Date.now() + 30_000; notebook === 'quickstart.ipynb' && !(tables && pictures); ) {
        must(Date.now() < end, `${tables} tables and ${pictures} pictures or charts are shown`);
        await page.waitForTimeout(100);
        [, , , tables, pictures] = await report();
      }
      return `${cells} cells, ${tables} tables, ${pictures} pictures or charts`;
    });
  }
  await check('nothing was asked of another machine', async () => must(outside.length === 0, outside.join(' ')));
  console.log(`JupyterLab: ${passed} checks passed`);
} catch (error) {
  console.log(error.stack);
  process.exitCode = 1;
} finally {
  await inPage(() => window.__panel?.sessionContext.shutdown()).catch(() => {});
  await context.close();
  fs.rmSync(profile, { recursive: true, force: true });
}
