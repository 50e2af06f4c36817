/**
 * Live views: server-sent events (WHATWG HTML, 9.2). A stream sends what its caller may hear of at the moment of
 * sending, goes on behind `Last-Event-ID`, and ends as soon as nobody may be listening there any more.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Rights } from '../accounts/rights.ts'
import { HttpError } from '../http/problem.ts'
import type { FleetEvent } from './event-store.ts'
import type { EventTail } from './event-tail.ts'
import { matchesType, mayHear } from './who-hears.ts'

export interface EventStreamPace {
  /** A comment now and then keeps proxies from closing the line, and shows whether anybody is there. */
  readonly heartbeatMs: number
  /** What a caller may do is asked again after this, at the latest with the next heartbeat. */
  readonly rightsMs: number
  /** A reader that takes nothing for so long is cut off. */
  readonly stalledMs: number
}

export const STREAM_PACE: EventStreamPace = {
  heartbeatMs: 15_000,
  rightsMs: 2_000,
  stalledMs: 60_000,
}
const STREAMS_PER_ACCOUNT_MAX_COUNT = 10
const STREAMS_MAX_COUNT = 1_000
const BATCH_COUNT = 100
const RECONNECT_MS = 3_000

export interface EventStreamsNeeds {
  readonly tail: EventTail
  /** Who is calling, asked anew: undefined or a rejection ends the stream. */
  readonly rightsNow: (request: IncomingMessage) => Promise<Rights | undefined>
  readonly pace?: EventStreamPace
}

export interface StreamWish {
  readonly account: string
  readonly rights: Rights
  /** Undefined: of all products. */
  readonly product: string | undefined
  /** Empty: all. */
  readonly types: readonly string[]
  /** Undefined: what happens from now on. */
  readonly after: number | undefined
}

export class EventStreams {
  readonly #needs: EventStreamsNeeds
  readonly #pace: EventStreamPace
  readonly #open = new Map<Stream, string>()

  constructor(needs: EventStreamsNeeds) {
    this.#needs = needs
    this.#pace = needs.pace ?? STREAM_PACE
  }

  /** Resolves when the stream has ended. */
  async serve(request: IncomingMessage, response: ServerResponse, wish: StreamWish): Promise<void> {
    const ofAccount = [...this.#open.values()].filter((account) => account === wish.account).length
    if (ofAccount >= STREAMS_PER_ACCOUNT_MAX_COUNT || this.#open.size >= STREAMS_MAX_COUNT) {
      throw new HttpError(429, 'TOO_MANY_STREAMS', 'Too many live views are open; close one', {
        facts: { perAccount: STREAMS_PER_ACCOUNT_MAX_COUNT },
      })
    }
    const stream = new Stream(request, response, wish, this.#needs, this.#pace)
    this.#open.set(stream, wish.account)
    try {
      await stream.run()
    } finally {
      this.#open.delete(stream)
    }
  }

  /** Ends all of them: their readers come back by themselves, maybe to another server. */
  endAll(): void {
    for (const stream of this.#open.keys()) stream.end()
  }
}

class Stream {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #wish: StreamWish
  readonly #needs: EventStreamsNeeds
  readonly #pace: EventStreamPace
  #rights: Rights
  #rightsAt = performance.now()
  #position: number
  #isOver = false
  #wake = () => {}

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    wish: StreamWish,
    needs: EventStreamsNeeds,
    pace: EventStreamPace,
  ) {
    this.#request = request
    this.#response = response
    this.#wish = wish
    this.#needs = needs
    this.#pace = pace
    this.#rights = wish.rights
    // From the future: another server's, or somebody's invention.
    this.#position = Math.min(wish.after ?? needs.tail.last, needs.tail.last)
  }

  end(): void {
    this.#isOver = true
    this.#wake()
  }

  async run(): Promise<void> {
    const response = this.#response
    response.on('close', () => this.end())
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      // Proxies of nginx's kind would keep it back until it is long.
      'X-Accel-Buffering': 'no',
    })
    response.write(`retry: ${RECONNECT_MS}\n: ${'-'.repeat(8)}\n\n`)
    const endNews = this.#needs.tail.onNews(() => this.#wake())
    try {
      while (!this.#isOver) {
        if (!(await this.#sendNews())) break
        // So that a reader who hears of nothing for long does not come back to where it began. With the heartbeat
        // alone: at once it would tell that something has just happened that he must not hear of.
        if (await this.#isIdle()) await this.#send(`: alive\nid: ${this.#position}\n\n`)
      }
    } finally {
      endNews()
      response.end()
    }
  }

  /** False: the right is gone. */
  async #sendNews(): Promise<boolean> {
    for (;;) {
      const events = await this.#needs.tail.after(this.#position, BATCH_COUNT)
      if (!(await this.#keepsRights())) return false
      const [first] = events
      if (first === undefined) return true
      if (first.position > this.#position + 1) {
        await this.#send(`event: gap\ndata: ${first.position - this.#position - 1}\n\n`)
      }
      const wanted = events.filter((event) => this.#isWanted(event))
      this.#position = events.at(-1)?.position ?? this.#position
      const text = wanted.map(messageOf).join('')
      await this.#send(text)
      if (this.#isOver) return true
    }
  }

  #isWanted(event: FleetEvent): boolean {
    const { product, types } = this.#wish
    if (product !== undefined && event.product !== product) return false
    if (types.length > 0 && !matchesType(types, event.type)) return false
    return mayHear(this.#rights, event)
  }

  async #keepsRights(): Promise<boolean> {
    const now = performance.now()
    if (now - this.#rightsAt < this.#pace.rightsMs) return true
    const rights = await this.#needs.rightsNow(this.#request).catch(() => undefined)
    if (rights === undefined) return false
    this.#rights = rights
    this.#rightsAt = now
    return true
  }

  /** True when nothing came for the time of a heartbeat. */
  #isIdle(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), this.#pace.heartbeatMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve(false)
      }
      // News, or the end, may have come while the last ones were sent.
      if (this.#isOver || this.#needs.tail.last > this.#position) this.#wake()
    })
  }

  async #send(text: string): Promise<void> {
    if (this.#isOver || text === '' || this.#response.write(text)) return
    const isTaken = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), this.#pace.stalledMs)
      const settle = () => {
        clearTimeout(timer)
        resolve(true)
      }
      this.#response.once('drain', settle)
      this.#response.once('close', settle)
    })
    if (isTaken) return
    this.#response.destroy()
    this.end()
  }
}

function messageOf({ position, id, type, product, at, data }: FleetEvent): string {
  const said = { id, type, at, ...(product === undefined ? {} : { product }), data }
  return `id: ${position}\ndata: ${JSON.stringify(said)}\n\n`
}
