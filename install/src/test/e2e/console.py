"""Types into consoles: usage: console.py jupyter|lazuli COMMAND...

The same sessions for both: a cell, an error, an interrupt by Ctrl-C, exit; input over several
lines; and one that is left by Ctrl-D. Jupyter's console has a plain prompt and an editor that draws
on the terminal: the editor takes the several lines, completes, and is interrupted and left too.
"""
import os
import sys
import time

import pexpect
import pyte

kind, *command = sys.argv[1:]
first, nth, more = {
    "jupyter": (r"In \[1\]: ", r"In \[%s\]: ", None),
    "lazuli": (r"\[1\]> ", r"\[%s\]> ", r"\.\.\.> "),
}[kind]


class Console:
    def __init__(self, *options):
        self.child = pexpect.spawn(command[0], [*command[1:], *options], encoding="utf-8", timeout=90,
                                   dimensions=(40, 160))
        self.child.logfile_read = sys.stdout
        self.child.expect(first)

    def cell(self, text, expected, number):
        """Runs a line and waits for its output and the prompt of the next cell."""
        self.child.sendline(text)
        self.child.expect(expected)
        self.prompt(number)

    def prompt(self, number):
        self.child.expect(nth % number)

    def ended(self):
        self.child.expect(pexpect.EOF)
        self.child.close()
        assert self.child.exitstatus == 0, f"exit status {self.child.exitstatus}"


simple = ["--simple-prompt"] if kind == "jupyter" else []
console = Console(*simple)
console.cell("6 * 7", "42", 2)
console.cell("1 / 0", "ArithmeticException: / by zero", 3)
console.cell('System.out.println("spin" + "ning"); int kept = 16;', "spinning", 4)
console.child.sendline('System.out.println("for " + "ever"); while (true) {}')
console.child.expect("for ever")
console.child.sendintr()
console.prompt(5)
console.cell("kept + 1", "17", 6)
console.child.sendline("exit")
console.ended()
print(f"\n{kind} console: cells, Ctrl-C and exit: passed")

if kind == "lazuli":
    console = Console()
    for line in ["int twice(int n) {", "return 2 * n;"]:
        console.child.sendline(line)
        console.child.expect(more)
    console.child.sendline("}")
    console.prompt(2)
    console.cell("twice(21) + 1", "43", 3)
    console.child.sendline("exit")
    console.ended()
    print(f"\n{kind} console: several lines: passed")


class ClientFault(Exception):
    """The console itself broke, whatever the kernel: its event loop was entered twice."""


class Terminal:
    """A console on a screen.

    Every key is sent when the screen shows that the one before was taken, and the editor is told not to ask for the
    cursor: input that comes while it waits for the kernel ends it (asyncio: "cannot enter context").
    """

    ENTER, TAB, CTRL_C, CTRL_D = "\r", "\t", "\x03", "\x04"

    def __init__(self):
        # The editor gives up asking the kernel whether a cell is complete when it once waits for more than a second.
        self.child = pexpect.spawn(
            command[0], [*command[1:], "--ZMQTerminalInteractiveShell.kernel_is_complete_timeout=60"],
            dimensions=(50, 120), env={**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"})
        self.screen = pyte.Screen(120, 50)
        self.stream = pyte.ByteStream(self.screen)
        self.see("In [1]:")

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def last(self):
        return self.text().rpartition("\n")[2]

    def wait(self, condition, what):
        end = time.monotonic() + 90
        while not condition():
            if "cannot enter context" in self.text():
                self.child.close(force=True)
                raise ClientFault(self.text())
            if time.monotonic() > end:
                sys.exit(f"{kind} console: not on the screen: {what}\n{self.text()}")
            try:
                self.stream.feed(self.child.read_nonblocking(65536, timeout=1))
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                sys.exit(f"{kind} console: ended before {what}\n{self.text()}")

    def see(self, expected, last=True):
        """Waits until a text is on the screen, by default in its last line."""
        self.wait(lambda: expected in (self.last() if last else self.text()), expected)

    def type(self, text):
        self.child.send(text)
        self.see(text)

    def press(self, key, expected, last=True):
        self.child.send(key)
        self.see(expected, last)

    def cell(self, text, expected, number):
        """Runs a line and waits for its output and the prompt of the next cell."""
        self.type(text)
        self.press(Terminal.ENTER, expected, last=False)
        self.see(f"In [{number}]:")

    def ended(self):
        self.child.expect(pexpect.EOF, timeout=90)
        self.child.close()
        assert self.child.exitstatus == 0, f"exit status {self.child.exitstatus}"



def editor():
    terminal = Terminal()
    terminal.type("int twice(int n) {")
    terminal.press(Terminal.ENTER, "...:")
    terminal.type("return 2 * n;")
    terminal.press(Terminal.ENTER, "...:")
    terminal.type("}")
    terminal.press(Terminal.ENTER, "In [2]:")
    terminal.cell("twice(21) + 1", "Out[2]: 43", 3)
    terminal.type('"abc".subSeq')
    terminal.press(Terminal.TAB, '"abc".subSequence(')
    # On a prompt Ctrl-C forgets what was typed. In a cell it is tried with the plain prompt above only: under Python
    # 3.11 the editor's asyncio keeps it to itself ("KeyboardInterrupt escaped interact()"), for ipykernel too.
    terminal.child.send(Terminal.CTRL_C)
    terminal.wait(lambda: terminal.last() == "In [3]:", "an empty prompt after Ctrl-C")
    terminal.cell("7 * 8", "Out[3]: 56", 4)
    terminal.press(Terminal.CTRL_D, "exit")
    terminal.child.send("y" + Terminal.ENTER)
    terminal.ended()
    print(terminal.text())
    print(f"\n{kind} console: the editor: several lines, Tab, Ctrl-C, Ctrl-D: passed")


if kind == "jupyter":
    for attempt in range(4):
        try:
            editor()
            break
        except ClientFault as fault:
            # jupyter_console 6.4.4 with prompt_toolkit under Python 3.11, now and then.
            print(f"\n{kind} console: its own event loop broke, again from the start:\n{fault}")
    else:
        sys.exit(f"{kind} console: its event loop broke four times")

console = Console(*simple)
console.cell("40 + 4", "44", 2)
console.child.sendeof()
if kind == "jupyter":
    console.child.expect("really want to exit")
    console.child.sendline("y")
console.ended()
print(f"\n{kind} console: Ctrl-D: passed")
