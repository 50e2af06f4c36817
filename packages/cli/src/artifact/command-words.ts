/** A command line as words: separated by spaces, kept together by quotes. No shell ever sees it. */
import { Refusal } from '../refusal.ts'

export function splitWords(commandLine: string): string[] {
  const words: string[] = []
  const pattern = /\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))(?=\s|$)/y
  let end = 0
  while (end < commandLine.trimEnd().length) {
    const match = pattern.exec(commandLine)
    if (match === null) {
      throw new Refusal(
        'COMMAND_UNREADABLE',
        `${JSON.stringify(commandLine)} cannot be taken apart into words`,
        {
          next: 'Separate words by spaces and close every quote.',
          usage: true,
        },
      )
    }
    words.push(match[1] ?? match[2] ?? match[3] ?? '')
    end = pattern.lastIndex
  }
  return words
}
