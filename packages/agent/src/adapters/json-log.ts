/** One JSON line per event: `{ time, level, event, device, … }`. */
import type { Writable } from 'node:stream'
import type { Facts } from '@fleetward/shared'
import type { Log } from '../ports.ts'

export class JsonLog implements Log {
  readonly #out: Pick<Writable, 'write'>
  readonly #device: string

  constructor(out: Pick<Writable, 'write'>, device: string) {
    this.#out = out
    this.#device = device
  }

  write(level: 'info' | 'warning' | 'error', event: string, facts: Facts = {}): void {
    // Facts come last but cannot take the place of what every line has.
    const own = { time: new Date().toISOString(), level, event, device: this.#device }
    this.#out.write(`${JSON.stringify({ ...own, ...facts, ...own })}\n`)
  }
}
