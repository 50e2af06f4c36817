/**
 * What a person sees: the story's sentences, and below them, on a terminal, a table that stays in
 * place. Without a terminal each change of the table is a line of its own.
 */
import { type Row, tableLines } from './table.ts'

export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const ERASE_BELOW = '\u001b[0J'
const up = (lines: number) => (lines > 0 ? `\u001b[${lines}A` : '')

export class Screen {
  readonly #terminal: Terminal
  #rows: readonly Row[] = []
  #drawn = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  tell(sentence: string): void {
    this.#erase()
    this.#terminal.write(`${sentence}\n`)
    this.#draw()
  }

  show(rows: readonly Row[]): void {
    const before = this.#rows
    this.#rows = rows
    if (this.#terminal.isTTY) {
      this.#erase()
      this.#draw()
      return
    }
    for (const row of rows) {
      const old = before.find(({ device }) => device === row.device)
      if (old?.version === row.version && old.state === row.state) continue
      const waiting = row.waitingFor === '' ? '' : `, waiting for ${row.waitingFor}`
      this.#terminal.write(`    ${row.device}  ${row.version}  ${row.state}${waiting}\n`)
    }
  }

  #erase(): void {
    if (!this.#terminal.isTTY) return
    this.#terminal.write(`${up(this.#drawn)}${ERASE_BELOW}`)
    this.#drawn = 0
  }

  #draw(): void {
    if (!this.#terminal.isTTY || this.#rows.length === 0) return
    const lines = tableLines(this.#rows, { width: this.#terminal.columns ?? 80, colours: true })
    this.#terminal.write(`\n${lines.join('\n')}\n`)
    this.#drawn = lines.length + 1
  }
}
