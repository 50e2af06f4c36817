/** Lines of text out of bytes that come in pieces; numbered from 1. A line that never ends is a mistake, not memory. */
import { LINE_MAX_CHARACTERS } from './limits.ts'

export interface TextLine {
  readonly line: number
  readonly text: string
}

export class UnreadableText extends Error {
  override readonly name = 'UnreadableText'
  readonly line: number

  constructor(line: number, what: string) {
    super(what)
    this.line = line
  }
}

/** Without the line ends. Throws {@link UnreadableText}. */
export async function* textLines(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<TextLine, void, undefined> {
  // A byte order mark, as spreadsheets write it, is not part of the first name.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let line = 1
  let rest = ''
  const decode = (piece?: Uint8Array) => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined })
    } catch {
      throw new UnreadableText(line, 'is not UTF-8')
    }
  }
  for await (const piece of bytes) {
    rest += decode(piece)
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      if (text.length > LINE_MAX_CHARACTERS) throw tooLong(line)
      yield { line, text: text.endsWith('\r') ? text.slice(0, -1) : text }
      line += 1
    }
    if (rest.length > LINE_MAX_CHARACTERS) throw tooLong(line)
  }
  rest += decode()
  if (rest !== '') yield { line, text: rest.endsWith('\r') ? rest.slice(0, -1) : rest }
}

function tooLong(line: number): UnreadableText {
  return new UnreadableText(line, `is longer than ${LINE_MAX_CHARACTERS} characters`)
}
