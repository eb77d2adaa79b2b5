"""Types into consoles: usage: console.py jupyter|lazuli COMMAND...

The same sessions for both: a cell, an error, an interrupt by Ctrl-C, exit; and one that is left by
Ctrl-D. In ours also input over several lines.
"""
import sys

import pexpect

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

# An incomplete cell goes on over several lines. Only in our console: --simple-prompt cannot, and the
# editor of jupyter console could not be driven this way.
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

console = Console(*simple)
console.cell("40 + 4", "44", 2)
console.child.sendeof()
if kind == "jupyter":
    console.child.expect("really want to exit")
    console.child.sendline("y")
console.ended()
print(f"\n{kind} console: Ctrl-D: passed")
