/**
 * A table as RFC 4180 has it, with texts that no spreadsheet runs as formulas (OWASP, CSV injection). Pure.
 *
 * Where the comma is for decimals, as in Germany, Excel takes a semicolon for the end of a cell, and knows quotes only at
 * the beginning of one: there a formula may begin in the middle of a text, so it is disarmed there too.
 */
const FORMULA = /(^|[;\t\r\n])([\s"']*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g

export function csvText(rows: readonly (readonly unknown[])[]): string {
  return `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

function cell(value: unknown): string {
  const text = String(value ?? '')
  const tame = typeof value === 'number' ? text : text.replace(FORMULA, "$1'$2")
  return `"${tame.replaceAll('"', '""')}"`
}
