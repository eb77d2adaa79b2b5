"""A cell's outputs without what differs by design or by run; the README of the recorded notebooks lists it."""
import re


def normal(text):
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text)
    text = re.sub(r"\d+(\.\d+)?(e[+-]?\d+)? (ns|us|ms|s|seconds)\b", "<time>", text)
    # A cell's class is numbered by how many snippets came before it.
    text = re.sub(r"REPL\.\$JShell\$\d+[A-Z]*\$", "REPL.$JShell$<number>$", text)
    return re.sub(r"@[0-9a-f]{5,8}\b", "@<hash>", text)


def lines(outputs, drop_result):
    whole = []
    for output in outputs:
        kind = output.output_type
        if kind == "stream":
            text = normal(output.text)
            if output.name == "stderr":
                text = re.sub(r"(?m)^.*(deprecated|Detected Ivy|Warning: ).*\n?", "", text)
            if text and whole and whole[-1][0] == output.name:
                whole[-1] = (output.name, whole[-1][1] + text)
            elif text:
                whole.append((output.name, text))
        elif kind == "error":
            whole.append(("error", ""))
        else:
            data = {mime: normal(str(value)).rstrip() for mime, value in output.data.items()}
            plain = data.get("text/plain", "")
            only_an_id = kind == "execute_result" and plain == "<id>"
            progress = re.match(r"%%?(maven|loadFromPOM)  ", plain)
            if not (only_an_id or progress or drop_result and kind == "execute_result"):
                whole.append((kind, data))
    return whole


def recorded_and_given(before, after, kernel):
    """The outputs that another kernel recorded in a cell, and those that the cell gave here."""
    source = before.source.strip()
    magic = source.startswith("%%") or source[source.rfind("\n") + 1 :].startswith("%")
    paths = re.match(r'%(jars|classpath) |lineMagic\("classpath', source)
    recorded = lines(before.outputs, False)
    # IJava drops the value of a magic that stands alone; JJava's class path magics have none.
    drop = (magic if kernel == "java" else paths) and all(k != "execute_result" for k, _ in recorded)
    return recorded, lines(after.outputs, drop)
