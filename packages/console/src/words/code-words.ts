/** What a device's code means, with the code behind it for whoever looks it up. One that this page does not know stands as it is. */
import { say, sayIfKnown } from './say.tsx'

export function codeWords(code: string): string {
  const words = sayIfKnown('code', code)
  return words === undefined ? code : say('report.code', { words, code })
}
