/**
 * What is released carries a Node.js that no known hole is open in (SECURITY.md): it runs for years on
 * devices that nobody looks at. Building with any other is for trying only.
 */
import { execFileSync } from 'node:child_process'
import { knownHoles } from '@fleetward/platform'

export class ReleaseRefusedError extends Error {
  override readonly name = 'ReleaseRefusedError'

  constructor(version: string, holes: readonly string[]) {
    super(
      `Not released: Node.js ${version} has known vulnerabilities (${holes.join(', ')}).\n` +
        'Name a patched one: --node /path/to/node (26.12.1, 24.22.1, 22.23.4 or newer).\n' +
        'To build for trying it out, leave --release away.',
    )
  }
}

/** Of the program that would be shipped, which need not be the one that builds. */
export function versionOf(node: string): string {
  return answerOf(node, ['--version'])
}

/** Which devices it is for: x64, arm64. */
export function archOf(node: string): string {
  return answerOf(node, ['-p', 'process.arch'])
}

function answerOf(node: string, words: readonly string[]): string {
  try {
    return execFileSync(node, words, { encoding: 'utf8', timeout: 30_000 }).trim()
  } catch (error) {
    throw new Error(
      `${node} does not run here (${(error as NodeJS.ErrnoException).code ?? 'it failed'}). ` +
        'Build on a machine of the same architecture as the device, with a Node.js for it.',
      { cause: error },
    )
  }
}

export function requireReleasable(version: string): void {
  const holes = knownHoles(version)
  if (holes.length > 0) throw new ReleaseRefusedError(version, holes)
}
