/** Arrays from and to Tablesaw tables and CSV files; Tablesaw is loaded at first use. */
@NullMarked
package lazuli.magics.table;

import org.jspecify.annotations.NullMarked;
