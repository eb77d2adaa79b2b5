int fromScript = 40;
int plusTwo(int n) { return n + 2; }
