/** A command in this process: all of it but its main.ts, many times as fast. Nobody sits at the terminal. */
import { runCommand } from '../src/run-command.ts'

export interface RanHere {
  readonly exitCode: number
  /** Standard output. */
  readonly out: string
  /** What a person is told beside it: notes, and why a command was refused. */
  readonly notes: string
  /** Both, as a terminal shows them. */
  readonly said: string
  /** Standard output as the one object that a script reads; throws when it is anything else. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly json: any
}

export interface Here {
  readonly now?: () => Date
  /** What is answered to "are you sure"; left out, the question fails the test. */
  readonly confirm?: () => Promise<boolean>
}

export async function runHere(
  words: readonly string[],
  { now = () => new Date(), confirm = nobodyIsThere }: Here = {},
): Promise<RanHere> {
  let [out, notes, said] = ['', '', '']
  const exitCode = await runCommand(words, {
    now,
    print: (text) => {
      out += text
      said += text
    },
    terminal: {
      note: (line) => {
        notes += `${line}\n`
        said += `${line}\n`
      },
      progress: () => {},
      askSecret: nobodyIsThere,
      confirm,
    },
  })
  return {
    ...{ exitCode, out, notes, said },
    get json() {
      return JSON.parse(out)
    },
  }
}

function nobodyIsThere(): Promise<never> {
  throw new Error('a question was asked in a test without a terminal')
}
