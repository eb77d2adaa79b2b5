"""Types into consoles: usage: console.py jupyter|lazuli COMMAND...

The same sessions for both: a cell, an error, input over several lines, an interrupt by Ctrl-C,
exit; and one that is left by Ctrl-D.
"""
import os
import sys

import pexpect

kind, *command = sys.argv[1:]
colour = r"(?:\x1b\[[0-9;]*m)*" # the prompt of jupyter console has some
first, nth, more = {
    "jupyter": (rf"In \[{colour}1{colour}\]: ", rf"In \[{colour}%s{colour}\]: ", r"\.\.\.: "),
    "lazuli": (r"\[1\]> ", r"\[%s\]> ", r"\.\.\.> "),
}[kind]
# Nothing answers the question where the cursor stands.
os.environ["PROMPT_TOOLKIT_NO_CPR"] = "1"
os.environ["TERM"] = "xterm"


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

# An incomplete cell goes on over several lines; --simple-prompt cannot do that.
console = Console()
enter = "\r" if kind == "jupyter" else "\n"
for line in ["int twice(int n) {", "return 2 * n;"]:
    console.child.send(line + enter)
    console.child.expect(more)
console.child.send("}" + enter)
console.prompt(2)
console.child.send("twice(21) + 1" + enter)
console.child.expect("43")
console.prompt(3)
console.child.send("exit" + enter)
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
