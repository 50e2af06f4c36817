/** The format a file's name announces to people and commands. What devices believe is the signed word alone. */
import type { InstallerKind } from './suitable.ts'

const ENDINGS: Readonly<Record<InstallerKind, RegExp>> = {
  'slot-directory': /\.(tar\.(?:gz|zst))$/,
  'raw-image': /\.(?:img|raw)(\.gz|\.zst)?$/,
  rauc: /\.(raucb)$/,
  'update-module': /\.(tar\.(?:gz|zst))$/,
}

/** undefined when it announces none of this installer's. */
export function formatOfName(kind: InstallerKind, fileName: string): string | undefined {
  const ending = ENDINGS[kind].exec(fileName)
  if (ending === null) return undefined
  return kind === 'raw-image' ? `raw${ending[1] ?? ''}` : ending[1]
}
