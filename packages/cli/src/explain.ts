/**
 * Turns whatever was thrown into what a person can act on. Pure. A Refusal explains itself; the coded
 * errors of the shared packages get their sentence here; anything else is a bug of ours and says so.
 */
import { codeOf, type Facts } from '@fleetward/shared'
import { EXIT_REFUSED, Refusal } from './refusal.ts'

export interface Explanation {
  readonly code: string
  readonly message: string
  readonly next: string
  readonly facts: Facts
  readonly exitCode: number
}

type Sentences = readonly [message: string, next: string]

/** For the codes a desk meets often; the rest share one sentence. */
const SENTENCES: Readonly<Record<string, Sentences>> = {
  ARTIFACT_INVALID: [
    'The artifact is no well-formed slot artifact',
    'Build it with `fleetward artifact build`.',
  ],
  ARTIFACT_ENTRY_FORBIDDEN: [
    'A file with this name or of this kind never belongs into a slot',
    'Names have letters, digits and . _ @ + - only; links and devices are refused. Rename or remove it.',
  ],
  ARTIFACT_ENTRY_NOT_LISTED: [
    'The artifact holds a file that its listing does not name',
    'Build it with `fleetward artifact build`.',
  ],
  ARTIFACT_ENTRY_MISSING: [
    'The artifact lacks a file that its listing names',
    'Build it with `fleetward artifact build`.',
  ],
  DIGEST_MISMATCH: [
    'The bytes are not the ones that were described',
    'Take the file again from where it was made.',
  ],
  LENGTH_EXCEEDED: [
    'It is larger than devices accept',
    'See the limits in docs/protocol.md, section 2.4.',
  ],
  RELEASE_INVALID: [
    'Devices would refuse this release as it is described',
    'Correct the option that the facts name.',
  ],
  METADATA_INVALID: [
    'The metadata is not what TUF and docs/protocol.md, section 3, ask for',
    'Draft it anew, or take the file again from where it was signed.',
  ],
  KEY_INVALID: ['A key must not be used', 'Take the public key file again from its holder.'],
  DISK_FULL: ['The disk is full', 'Make room and run the command again; nothing is half-written.'],
  DISK_FAILED: ['The disk could not be written', 'Check the folder and its permissions.'],
}

export function explain(error: unknown): Explanation {
  if (error instanceof Refusal) return error
  const coded = codeOf(error)
  if (coded !== undefined) {
    const [message, next] = SENTENCES[coded.code] ?? [
      'The check that devices make failed',
      'The code is explained in docs/protocol.md, section 13.',
    ]
    const facts = Object.entries(coded.facts).map(([name, value]) => `${name}: ${value}`)
    return {
      ...coded,
      message: facts.length === 0 ? message : `${message} – ${facts.join(', ')}`,
      next,
      exitCode: EXIT_REFUSED,
    }
  }
  return {
    code: 'UNEXPECTED',
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    next: 'This is a mistake in fleetward itself: please report it with the command you typed.',
    facts: {},
    exitCode: EXIT_REFUSED,
  }
}
