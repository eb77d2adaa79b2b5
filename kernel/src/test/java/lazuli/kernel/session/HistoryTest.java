package lazuli.kernel.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import lazuli.kernel.wire.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryTest {
  private static History fiveCells() {
    var history = new History();
    history.add(1, "int a = 1;", null);
    history.add(2, "a", "1");
    history.add(3, "a + 1", "2");
    history.add(4, "a", "1");
    history.add(5, "b[0]", "7");
    return history;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"hist_access_type":"tail","n":2}                             | [[1,4,"a"],[1,5,"b[0]"]]
          {"hist_access_type":"tail","n":1,"output":true}               | [[1,5,["b[0]","7"]]]
          {"hist_access_type":"tail","n":0}                             | []
          {"hist_access_type":"range","session":0,"start":1,"stop":3}   | [[1,1,"int a = 1;"],[1,2,"a"]]
          {"hist_access_type":"range","session":1,"start":5}            | [[1,5,"b[0]"]]
          {"hist_access_type":"range","session":7,"start":1,"stop":3}   | []
          {"hist_access_type":"range","session":-1,"start":1}           | []
          {"hist_access_type":"range","session":0,"start":-2}           | [[1,4,"a"],[1,5,"b[0]"]]
          {"hist_access_type":"range","session":0,"start":2,"stop":-2}  | [[1,2,"a"],[1,3,"a + 1"]]
          {"hist_access_type":"range","session":0,"start":4,"stop":null,"raw":true} | [[1,4,"a"],[1,5,"b[0]"]]
          {"hist_access_type":"range","start":1,"stop":2,"output":true} | [[1,1,["int a = 1;",null]]]
          {"hist_access_type":"search","pattern":"a*"}                  | [[1,2,"a"],[1,3,"a + 1"],[1,4,"a"]]
          {"hist_access_type":"search","pattern":"a*","n":1}            | [[1,4,"a"]]
          {"hist_access_type":"search","pattern":"a","unique":true}     | [[1,4,"a"]]
          {"hist_access_type":"search","pattern":"?[0]"}                | [[1,5,"b[0]"]]
          {"hist_access_type":"search","pattern":"nothing"}             | []
          {"hist_access_type":"search","n":1}                           | [[1,5,"b[0]"]]
          {"hist_access_type":"search","unique":true,"n":2}             | [[1,4,"a"],[1,5,"b[0]"]]
          {"hist_access_type":"tail","n":-3}                            | []
          {"hist_access_type":"dream"}                                  | []
          """)
  void requestsGiveTheseCells(String request, String cells) throws Exception {
    Json.Obj reply = fiveCells().reply(Json.parseObject(request.getBytes(StandardCharsets.UTF_8)));
    assertEquals("ok", reply.at("status").text(""));
    assertEquals(cells, new String(reply.at("history").bytes(), StandardCharsets.UTF_8));
  }
}
