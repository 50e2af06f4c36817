/** The parts of the package that broker-memory.ts uses; it brings no types of its own. */
declare module 'aedes-persistence-level/asyncPersistence.js' {
  import type { Readable } from 'node:stream'

  export interface RetainedPacket {
    readonly topic: string
    readonly payload: Buffer
  }

  class AsyncLevelPersistence {
    constructor(database: unknown)
    setup(broker: unknown): Promise<void>
    cleanSubscriptions(): Promise<void>
    cleanIncoming(): Promise<void>
    outgoingStream(): Readable
    putWill(): Promise<void>
    delWill(): Promise<void>
    streamWill(): Readable
    storeRetained(packet: RetainedPacket): Promise<void>
    createRetainedStream(pattern: string): Readable
    createRetainedStreamCombi(patterns: readonly string[]): Readable
    /** Closes the database. */
    destroy(): Promise<void>
  }

  // biome-ignore lint/style/noDefaultExport: it is a CommonJS module
  export { AsyncLevelPersistence as default }
}
