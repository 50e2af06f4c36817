/**
 * What the embedded broker remembers across restarts: retained messages, in LevelDB under `<dataFolder>/broker`. It is a convenience for devices, never the truth: manifests are in the database and
 * published anew at every start, so a damaged memory is put aside and begun afresh.
 */
import { rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import AsyncLevelPersistence, {
  type RetainedPacket,
} from 'aedes-persistence-level/asyncPersistence.js'
import { ClassicLevel } from 'classic-level'
import type { Logger } from 'pino'

/**
 * aedes-persistence-level looks through every retained message for each subscription, and every device has one (its
 * presence): a reconnecting fleet would cost the square of its size. Devices subscribe to exact topics
 * alone, so the messages are kept by topic as well and looked up.
 */
export class BrokerMemory extends AsyncLevelPersistence {
  readonly #retained = new Map<string, RetainedPacket>()

  override async setup(broker: unknown): Promise<void> {
    await super.setup(broker)
    for await (const packet of super.createRetainedStream('#')) {
      const retained = packet as RetainedPacket
      this.#retained.set(retained.topic, retained)
    }
  }

  override async storeRetained(packet: RetainedPacket): Promise<void> {
    if (packet.payload.length === 0) this.#retained.delete(packet.topic)
    else this.#retained.set(packet.topic, packet)
    await super.storeRetained(packet)
  }

  // Every session is clean (protocol §8.3): it has no subscriptions and no messages from before, nor does it leave any.

  override async cleanSubscriptions(): Promise<void> {}

  override async cleanIncoming(): Promise<void> {}

  override outgoingStream(): Readable {
    return Readable.from([])
  }

  // aedes has the last will of who is connected; at a start of the server everybody is away as it is.

  override async putWill(): Promise<void> {}

  override async delWill(): Promise<void> {}

  override streamWill(): Readable {
    return Readable.from([])
  }

  override createRetainedStreamCombi(topics: readonly string[]): Readable {
    return Readable.from(
      topics.flatMap((topic) => {
        const packet = this.#retained.get(topic)
        return packet === undefined ? [] : [packet]
      }),
    )
  }
}

export async function openBrokerMemory(folder: string, log: Logger): Promise<BrokerMemory> {
  const level = new ClassicLevel(folder)
  try {
    await level.open()
  } catch (error) {
    if (!isCorruption(error)) throw error
    const aside = `${folder}.damaged-${Date.now()}`
    log.warn({ aside }, 'the memory of the broker is damaged and was put aside')
    await rename(folder, aside)
    const fresh = new ClassicLevel(folder)
    await fresh.open()
    return new BrokerMemory(fresh)
  }
  return new BrokerMemory(level)
}

function isCorruption(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_CORRUPTION'
}
