/** Data as a file that people can read, too. */
import type { DossierFile } from './section.ts'

export function jsonFile(
  path: string,
  { item, what }: Pick<DossierFile, 'item' | 'what'>,
  data: unknown,
): DossierFile {
  const content = Buffer.from(`${JSON.stringify(data, null, 2)}\n`)
  return { path, item, what, mediaType: 'application/json', content }
}
