/** The person and the script in front of this program: what they are asked and what they read. */

import { readFile } from 'node:fs/promises'
import { isReadableByOthers } from './desk/key-file.ts'
import { Refusal } from './refusal.ts'

const PASSPHRASE_FILE_MAX_BYTES = 4096

export interface Terminal {
  /** Progress and warnings: never part of what a script reads. */
  note(line: string): void
  /** A line that replaces itself until it is `done`; shown only where a person watches. */
  progress(line: string, done: boolean): void
  /** A line typed without being shown; refused where nobody can type. */
  askSecret(question: string): Promise<string>
  /** Yes or no; refused where nobody can answer. */
  confirm(question: string): Promise<boolean>
}

export function processTerminal(): Terminal {
  const { stdin, stderr } = process
  return {
    note: (line) => void stderr.write(`${line}\n`),
    progress: (line, done) => {
      if (stderr.isTTY) stderr.write(`\r${line}\x1b[K${done ? '\n' : ''}`)
    },
    askSecret: (question) => typedLine(question, { shown: false }),
    confirm: async (question) =>
      /^(y|yes)$/i.test(await typedLine(`${question} [y/N] `, { shown: true })),
  }

  function typedLine(question: string, { shown }: { shown: boolean }): Promise<string> {
    if (!stdin.isTTY || !stderr.isTTY) {
      throw new Refusal('NO_TERMINAL', `Nobody is there to answer "${question.trim()}"`, {
        next: 'Give --passphrase-file for passphrases and --yes for questions, or run it in a terminal.',
        usage: true,
      })
    }
    return new Promise((resolve, reject) => {
      let line = ''
      const end = (settle: () => void) => {
        stdin.off('data', onData)
        stdin.setRawMode(false)
        stdin.pause()
        stderr.write('\n')
        settle()
      }
      const onData = (typed: Buffer) => {
        for (const character of typed.toString('utf8')) {
          if (character === '\r' || character === '\n') return end(() => resolve(line))
          // Ctrl-C and Ctrl-D: raw mode makes them characters.
          if (character === '\x03' || (character === '\x04' && line === '')) {
            const next = 'Nothing was changed.'
            return end(() => reject(new Refusal('INTERRUPTED', 'Interrupted', { next })))
          }
          if (character === '\x7f' || character === '\b') {
            if (shown && line !== '') stderr.write('\b \b')
            line = [...line].slice(0, -1).join('')
          } else if (character >= ' ') {
            line += character
            if (shown) stderr.write(character)
          }
        }
      }
      // Raw, so that the terminal itself does not show what is typed; before the question, because
      // some people and all programs answer at once.
      stdin.setRawMode(true)
      stdin.on('data', onData)
      stdin.resume()
      stderr.write(question)
    })
  }
}

/** From a file, or typed. Never an argument or an environment variable: other processes can read those. */
export async function readPassphrase(
  terminal: Terminal,
  file: string | undefined,
  keyName: string,
  { twice }: { twice: boolean },
): Promise<string> {
  if (file === undefined) {
    const passphrase = await terminal.askSecret(`Passphrase of ${keyName}: `)
    if (twice && (await terminal.askSecret('The same again: ')) !== passphrase) {
      throw new Refusal('PASSPHRASES_DIFFER', 'The two passphrases are not the same', {
        next: 'Run the command again; nothing was written.',
      })
    }
    return passphrase
  }
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Refusal('PASSPHRASE_FILE_INVALID', `The passphrase file ${file} cannot be read`, {
      next: 'Check its path and permissions.',
      cause,
    })
  })
  if (content.length > PASSPHRASE_FILE_MAX_BYTES) {
    throw new Refusal('PASSPHRASE_FILE_INVALID', `The passphrase file ${file} is far too long`, {
      next: 'Name the file that holds the passphrase alone, in one line.',
    })
  }
  if (await isReadableByOthers(file)) {
    terminal.note(`warning: others on this machine can read ${file}; run: chmod 600 ${file}`)
  }
  return content.replace(/\r?\n$/, '')
}
