"""Types into consoles: usage: console.py jupyter|lazuli COMMAND...

The same session for both: a cell, an error, input over several lines, an interrupt, exit.
"""
import sys

import pexpect

kind, *command = sys.argv[1:]
first, second = {
    "jupyter": (r"In \[1\]: ", r"In \[{}\]: "),
    "lazuli": (r"\[1\]> ", r"\[{}\]> "),
}[kind]
child = pexpect.spawn(command[0], command[1:], encoding="utf-8", timeout=60, dimensions=(40, 160))
child.logfile_read = sys.stdout


def prompt(number):
    child.expect(second.format(number))


child.expect(first)
child.sendline("6 * 7")
child.expect("42")
prompt(2)
child.sendline("1 / 0")
child.expect("ArithmeticException: / by zero")
prompt(3)
if kind == "lazuli":
    # jupyter console --simple-prompt sends an incomplete line as it is.
    child.sendline("int twice(int n) {")
    child.expect(r"\.\.\.> ")
    child.sendline("return 2 * n;")
    child.expect(r"\.\.\.> ")
    child.sendline("}")
    prompt(4)
    child.sendline("twice(21) + 1")
    child.expect("43")
    prompt(5)
    child.sendline('System.out.println("spin" + "ning"); while (true) {}')
    child.expect("spinning")
    child.sendintr()
    prompt(6)
    child.sendline("twice(4)")
    child.expect("8")
    prompt(7)
else:
    child.sendline("int half(int n) { return n / 2; }")
    prompt(4)
    child.sendline("half(86)")
    child.expect("43")
    prompt(5)
    child.sendline("int open(")
    child.expect("In\\[5\\]|error|expected")
    prompt(6)
child.sendline("exit")
child.expect(pexpect.EOF)
child.close()
assert child.exitstatus == 0, f"exit status {child.exitstatus}"
print(f"\n{kind} console: passed")
