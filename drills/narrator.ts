/** What a person reads while a drill runs: what happens, at what time of the drill, and by which command. */

/** Said once in docs/drills.md and not with every command. */
const UNSAID = new Set(['--server', '--token-file', '--desk', '--passphrase-file'])

export class Narrator {
  readonly #write: (text: string) => unknown

  constructor(write: (text: string) => unknown) {
    this.#write = write
  }

  /** `at`: by the drill's clock. */
  tell(at: Date, sentence: string): void {
    this.#write(`\n${at.toISOString().slice(0, 16).replace('T', ' ')}  ${sentence}\n`)
  }

  command(words: readonly string[]): void {
    this.#write(`  $ fleetward ${shown(words)}\n`)
  }

  answer(text: string): void {
    const lines = text.trimEnd().split('\n')
    const more = lines.length > LINES_SHOWN ? [`… ${lines.length - LINES_SHOWN} more lines`] : []
    for (const line of [...lines.slice(0, LINES_SHOWN), ...more]) this.#write(`    ${line}\n`)
  }
}

const LINES_SHOWN = 12

function shown(words: readonly string[]): string {
  const said: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (UNSAID.has(word)) at += 1
    else said.push(/^[\w./:@=+-]+$/.test(word) ? word : `'${word}'`)
  }
  return said.join(' ')
}
