/**
 * A copy of Node.js without symbols, a third smaller. Before anything is appended to it: strip(1) would cut
 * off what --build-sea adds.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync } from 'node:fs'

export function copyStripped(node: string, to: string): void {
  copyFileSync(node, to)
  chmodSync(to, 0o755)
  try {
    execFileSync('strip', [to], { timeout: 120_000 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error('There is no strip. Install it: apt-get install binutils', { cause: error })
  }
}
