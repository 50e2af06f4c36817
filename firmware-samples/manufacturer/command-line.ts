/**
 * `fleetward` as it is installed, in this very process: what a person at the desk types, and what is answered. Drills and
 * the story run many commands, and starting a program takes longer than most of them.
 */
import { explain } from '../../packages/cli/src/explain.ts'
import { buildProgram } from '../../packages/cli/src/program.ts'

export interface Ran {
  readonly exitCode: number
  /** Of a refusal. */
  readonly code: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly json: any
  readonly text: string
}

/** Where the desk, its passphrase and the token lie, whose clock it is, and which server is asked. */
export interface Place {
  readonly desk: string
  readonly passphraseFile: string
  readonly tokenFile: string
  /** Shows commands and answers, where somebody reads along. */
  readonly narrator: { command(words: readonly string[]): void; answer(text: string): void }
  now(this: void): Date
  url(): string
}

export class CommandLine {
  readonly #place: Place

  constructor(place: Place) {
    this.#place = place
  }

  /** One command of the desk or of an operator, shown with its answer; throws when it is refused. */
  async run(...words: readonly string[]): Promise<Ran['json']> {
    const ran = await this.ask(...words)
    if (ran.exitCode === 0) return ran.json
    throw new Error(`fleetward ${words.join(' ')} ended with ${ran.exitCode}: ${ran.text}`)
  }

  /** The same with whatever it answers: a refusal, or a no. */
  async ask(...words: readonly string[]): Promise<Ran> {
    this.#place.narrator.command(words)
    const ran = await this.answerTo(...words)
    this.#place.narrator.answer(ran.text)
    return ran
  }

  /** What is needed, and nobody has to read. */
  async quietly(...words: readonly string[]): Promise<Ran['json']> {
    const ran = await this.answerTo(...words)
    if (ran.exitCode === 0) return ran.json
    throw new Error(`fleetward ${words.join(' ')} ended with ${ran.exitCode}: ${ran.text}`)
  }

  /** The command as it is installed, with its answer both for a person and for a script. */
  async answerTo(...words: readonly string[]): Promise<Ran> {
    const said: string[] = []
    let answer: { readonly json: unknown; readonly isNo: boolean } | undefined
    const nobody = () => Promise.reject(new Error('a question was asked without a terminal'))
    const note = (text: string) => {
      said.push(text)
    }
    const program = buildProgram({
      now: this.#place.now,
      print: note,
      terminal: { note, progress: () => {}, askSecret: nobody, confirm: nobody },
      finish: ({ json, lines, isNo = false }) => {
        said.push(...lines)
        answer = { json, isNo }
      },
    })
    try {
      const own = ['--desk', this.#place.desk]
      await program.parseAsync([...own, ...words, ...this.#serverOf(words)], { from: 'user' })
    } catch (error) {
      const { code, message, next } = explain(error)
      said.push(`${code}: ${message}`, next)
      return { exitCode: 1, code, json: undefined, text: said.join('\n') }
    }
    const exitCode = answer?.isNo === true ? 1 : 0
    return { exitCode, code: undefined, json: answer?.json, text: said.join('\n') }
  }

  /** Commands of the desk know no server, and ask for a passphrase instead. */
  #serverOf(words: readonly string[]): readonly string[] {
    const [group = '', verb = ''] = words
    const name = `${group} ${verb}`
    if (OFFLINE.has(name) || group === 'sign') {
      return WITH_KEYS.has(name) || group === 'sign'
        ? ['--passphrase-file', this.#place.passphraseFile]
        : []
    }
    return ['--server', this.#place.url(), '--token-file', this.#place.tokenFile]
  }
}

const OFFLINE = new Set([
  ...['keys generate', 'repository init', 'release create', 'release sign', 'dossier verify'],
])
const WITH_KEYS = new Set(['keys generate', 'release sign'])
