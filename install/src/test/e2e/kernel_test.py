"""Jupyter's own conformance tests (jupyter_kernel_test) on the installed kernel "lazuli"."""
import sys
import unittest

import jupyter_kernel_test


class LazuliTest(jupyter_kernel_test.KernelTests):
    kernel_name = "lazuli"
    language_name = "java"
    file_extension = ".jshell"

    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("oops");'
    code_generate_error = 'throw new IllegalStateException("on purpose");'
    code_clear_output = "clearOutput(false);"
    code_inspect_sample = "String"

    completion_samples = [
        {"text": "System.out.printl", "matches": {"println("}},
        {"text": '"abc".subs', "matches": {"substring("}},
    ]
    complete_code_samples = ["int x = 1;", "1 + 1", "void f() {\n}", ""]
    incomplete_code_samples = ["void f() {", "int y = ", "/* open"]
    invalid_code_samples = ["int 3x = ;)"]
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"a" + 1', "result": "a1"},
    ]
    code_display_data = [
        {"code": 'display("<b>x</b>", "text/html");', "mime": "text/html"},
        {"code": 'display("x");', "mime": "text/plain"},
    ]
    code_history_pattern = "6 ? ?"
    supported_history_operations = ("tail", "range", "search")


if __name__ == "__main__":
    result = unittest.main(verbosity=2, exit=False).result
    # A pager is the one thing that this kernel does not have; nothing else may be skipped.
    skipped = [test.id().rsplit(".", 1)[-1] for test, _ in result.skipped]
    assert skipped == ["test_pager"], f"skipped: {skipped}"
    sys.exit(not result.wasSuccessful())
