/**
 * Empties the outbox: one report at a time, the oldest first, each again until it is acknowledged.
 * A report leaves the record only after its acknowledgement, so a power cut between the two sends it
 * twice, and the server takes it once.
 */
import { TransferError } from '@fleetward/shared'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import type { Envelope, Outbox } from '../core/outbox.ts'
import type { Ports } from '../ports.ts'

export interface OutboxOwner {
  outbox(): Outbox
  /** Resolves once the report is out of the record for good. */
  acknowledged(seq: number): Promise<void>
}

export class ReportSender {
  readonly #ports: Pick<Ports, 'reportChannel' | 'timer' | 'chance' | 'log'>
  readonly #owner: OutboxOwner
  readonly #backoff: Backoff
  readonly #end = new AbortController()
  #wake = new AbortController()

  constructor(
    ports: Pick<Ports, 'reportChannel' | 'timer' | 'chance' | 'log'>,
    owner: OutboxOwner,
    backoff: Backoff,
  ) {
    this.#ports = ports
    this.#owner = owner
    this.#backoff = backoff
  }

  /** There is something new in the outbox, or the server is back. */
  wake(): void {
    this.#wake.abort()
  }

  stop(): void {
    this.#end.abort()
  }

  /** Runs until {@link stop}. */
  async run(): Promise<void> {
    let failures = 0
    while (!this.#end.signal.aborted) {
      this.#wake = new AbortController()
      const [envelope] = this.#owner.outbox()
      if (envelope === undefined) {
        await this.#rest(Number.POSITIVE_INFINITY, true)
      } else if (await this.#send(envelope)) {
        failures = 0
        await this.#owner.acknowledged(envelope.seq)
      } else {
        failures += 1
        const delayMs = backoffMs(failures, this.#backoff, this.#ports.chance.share())
        // News must not turn the backoff into a hammer: only the first failure may be cut short.
        await this.#rest(delayMs, failures === 1)
      }
    }
  }

  /** True when the report is done with. */
  async #send(envelope: Envelope): Promise<boolean> {
    try {
      return await this.#sendUntilEnd(envelope.token)
    } catch (error) {
      if (!(error instanceof TransferError)) throw error
      const { code, facts } = error
      this.#ports.log.write('info', 'report-not-delivered', { seq: envelope.seq, code, ...facts })
      return isRefusedForGood(error)
    }
  }

  /** False at the end: a server that does not answer must not hold up an agent that is told to stop. */
  async #sendUntilEnd(token: string): Promise<boolean> {
    const ended = Promise.withResolvers<false>()
    const end = () => ended.resolve(false)
    this.#end.signal.addEventListener('abort', end, { once: true })
    try {
      const sent = this.#ports.reportChannel.send(token).then(() => true as const)
      return await Promise.race([sent, ended.promise])
    } finally {
      this.#end.signal.removeEventListener('abort', end)
    }
  }

  async #rest(ms: number, untilWoken: boolean): Promise<void> {
    const signals = untilWoken ? [this.#end.signal, this.#wake.signal] : [this.#end.signal]
    await this.#ports.timer.wait(ms, AbortSignal.any(signals))
  }
}

/**
 * A report the server cannot read will never be readable, one it has a later number of (409) never
 * be taken: neither must hold up those behind it.
 */
function isRefusedForGood({ code, facts }: TransferError): boolean {
  return code === 'SERVER_REFUSED' && [400, 409, 413, 422].includes(Number(facts.status))
}
