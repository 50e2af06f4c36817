import type { Statement } from '@fleetward/vulnerability'

export interface StatementStore {
  /** False: it is there already, and somebody else was faster. */
  add(product: string, statement: Statement): Promise<boolean>
  /** An import's: in place of the same revision of it. */
  takeOver(product: string, statement: Statement): Promise<void>
  /** Of any of these vulnerabilities, persons' and imports', in the order they came. */
  about(product: string, vulnerabilities: readonly string[]): Promise<readonly Statement[]>
  /** What persons said, in the order they did. */
  ofPersons(product: string): Promise<readonly Statement[]>
}
