/** Asks for a passphrase without showing it. Never from the command line: others can read that. */
import { UsageError } from './command.ts'

const INTERRUPT = '\u0003'
const BACKSPACES = ['\u007f', '\b']

export async function askPassphrase(twice: boolean): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError('There is no terminal to ask on: give --passphrase-file FILE.')
  }
  const first = await hidden('Passphrase: ')
  if (twice && first !== (await hidden('The same again: '))) {
    throw new UsageError('The two are not the same.')
  }
  return first
}

function hidden(question: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const { stdin, stderr } = process
  let typed = ''
  stderr.write(question)
  stdin.setRawMode(true).resume().setEncoding('utf8')
  const take = (text: string) => {
    for (const key of text) {
      if (key === '\r' || key === '\n') return end(() => resolve(typed))
      if (key === INTERRUPT) return end(() => reject(new UsageError('Nothing was done.')))
      typed = BACKSPACES.includes(key) ? typed.slice(0, -1) : typed + key
    }
  }
  const end = (done: () => void) => {
    stdin.off('data', take).setRawMode(false).pause()
    stderr.write('\n')
    done()
  }
  stdin.on('data', take)
  return promise
}
