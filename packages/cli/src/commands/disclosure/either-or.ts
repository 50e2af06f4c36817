/** Options that exclude each other, and how that is said. */
import type { Command } from 'commander'
import { Refusal } from '../../refusal.ts'

export function contradiction(message: string): Refusal {
  return new Refusal('USAGE', message, { next: 'See --help for what goes together.', usage: true })
}

/** Of a flag and its opposite commander takes the last one, and nobody would know. */
export function eitherOr(command: Command, ...names: readonly string[]): void {
  for (const name of names) {
    const given = new Set<string>()
    for (const flag of [name, `no-${name}`]) {
      command.on(`option:${flag}`, () => {
        given.add(flag)
        if (given.size > 1) throw contradiction(`--${name} and --no-${name} exclude each other`)
      })
    }
  }
}
