/**
 * A port for a program that cannot be asked which one it took. It lies below those that the system gives to whoever wants
 * any (from 32768 on Linux, 49152 elsewhere), servers and outgoing connections alike: else somebody of the many beside has
 * it before the program does, or while it is started again.
 */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

const LOWEST = 26_000
const END = 32_000

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, END)
    const probe = createServer().listen(port, '127.0.0.1')
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}
