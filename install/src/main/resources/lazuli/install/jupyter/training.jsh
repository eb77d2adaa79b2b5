int x = 6 * 7;
x + 1
// ---
import java.util.stream.*;
record Point(int x, int y) {}
var points = IntStream.range(0, 5).mapToObj(i -> new Point(i, i * i)).toList();
for (var p : points) System.out.println(p);
System.err.println("a warning");
points
// ---
int twice(int n) { return 2 * n; }
Map<String, Integer> counts = new HashMap<>();
counts.put("a", twice(21));
String.format("%.3f %s", 1.5, counts)
// ---
throw new IllegalStateException("shown as an error")
// ---
int wrong = "text";
// ---
undefined + 1
// ---
var q = normal(key(0), 1, 2, 8, 16);
var o = sdpa(q, q, q, causal());
o.get("0, 0, :2, :4")
// ---
%profile sdpa(q, q, q).eval()
// ---
q.matmul(q.transpose(0, 1, 3, 2)).softmax(-1).sum()
