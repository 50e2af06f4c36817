import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Duplex, duplexPair } from 'node:stream'
import { test } from 'node:test'
import { PacketGuard } from './packet-guard.ts'

const MAX_BYTES = 300
const CONNECT = Buffer.of(0x10, 2, 1, 2)
const PUBLISH = 0x30

/** A packet of `total` bytes, header included. */
function packet(first: number, total: number): Buffer {
  const body = total - 2 < 128 ? total - 2 : total - 3
  const length = body < 128 ? [body] : [(body % 128) | 0x80, Math.floor(body / 128)]
  return Buffer.concat([Buffer.of(first, ...length), Buffer.alloc(body, 7)])
}

/** What comes through, and why it ended if it did. */
async function through(
  chunks: readonly Buffer[],
  connectTimeoutMs = 10_000,
): Promise<{ passed: Buffer; code: string | undefined; closed: boolean }> {
  const [near, far] = duplexPair()
  const guard = new PacketGuard(far, { packetMaxBytes: MAX_BYTES, connectTimeoutMs })
  const passed: Buffer[] = []
  guard.on('data', (chunk: Buffer) => passed.push(chunk))
  let code: string | undefined
  guard.on('error', (error) => {
    code = 'code' in error ? String(error.code) : error.message
  })
  near.on('error', () => {})
  const ended = Promise.race([once(guard, 'end'), once(guard, 'close')])
  for (const chunk of chunks) near.write(chunk)
  near.end()
  await ended.catch(() => {})
  const closed = guard.destroyed
  guard.destroy()
  return { passed: Buffer.concat(passed), code, closed }
}

const wellFormed = [
  ['small packets', [CONNECT, packet(PUBLISH, 10), Buffer.of(0xc0, 0)]],
  ['a packet of exactly the limit', [CONNECT, packet(PUBLISH, MAX_BYTES)]],
  ['several in one chunk', [Buffer.concat([CONNECT, packet(PUBLISH, 200), packet(PUBLISH, 9)])]],
] as const

for (const [what, chunks] of wellFormed) {
  test(`${what}: passed on as they came, however they are cut`, async () => {
    const all = Buffer.concat(chunks)
    assert.deepEqual((await through(chunks)).passed, all)
    const bytes = [...all].map((byte) => Buffer.of(byte))
    const cut = await through(bytes)
    assert.deepEqual([cut.passed, cut.code], [all, undefined])
  })
}

const malformed: [what: string, code: string, bytes: Buffer][] = [
  ['one byte over the limit', 'PACKET_TOO_LONG', packet(PUBLISH, MAX_BYTES + 1)],
  ['256 MB announced', 'PACKET_TOO_LONG', Buffer.of(PUBLISH, 0xff, 0xff, 0xff, 0x7f)],
  [
    'a length of five bytes',
    'PACKET_LENGTH_MALFORMED',
    Buffer.of(PUBLISH, 0x80, 0x80, 0x80, 0x80, 1),
  ],
  [
    'a length that never ends',
    'PACKET_LENGTH_MALFORMED',
    Buffer.of(PUBLISH, 0xff, 0xff, 0xff, 0xff),
  ],
]

for (const [what, code, bytes] of malformed) {
  test(`${what}: the connection ends, and nothing of the packet gets through`, async () => {
    const whole = await through([CONNECT, bytes])
    assert.deepEqual([whole.passed, whole.code], [CONNECT, code])
    const single = await through([CONNECT, ...[...bytes].map((byte) => Buffer.of(byte))])
    assert.equal(single.code, code)
  })
}

test('a length of zero in two bytes is a length', async () => {
  const { code } = await through([CONNECT, Buffer.of(0xc0, 0x80, 0), packet(PUBLISH, 5)])
  assert.equal(code, undefined)
})

for (const [what, bytes] of [
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a PUBLISH first', packet(PUBLISH, 10)],
  ['CONNECT with reserved flags', Buffer.of(0x11, 0)],
] as const) {
  test(`${what}: not MQTT, and over at the first byte`, async () => {
    const { passed, code } = await through([bytes])
    assert.deepEqual([passed.length, code], [0, 'CONNECT_EXPECTED'])
  })
}

test('a connection that says nothing, or half a CONNECT, ends in time', async () => {
  for (const said of [Buffer.alloc(0), CONNECT.subarray(0, 3)]) {
    const [near, far] = duplexPair()
    const guard = new PacketGuard(far, { packetMaxBytes: MAX_BYTES, connectTimeoutMs: 20 })
    guard.resume()
    near.on('error', () => {})
    if (said.length > 0) near.write(said)
    const [error] = await once(guard, 'error')
    assert.equal(error.code, 'CONNECT_TOO_LATE')
  }
})

test('a reader that is slow holds up the sender, not the memory', async () => {
  let sent = 0
  const endless = new Duplex({
    read() {
      sent += 1
      this.push(sent === 1 ? CONNECT : packet(PUBLISH, 200))
    },
    write(_chunk, _encoding, done) {
      done()
    },
  })
  const guard = new PacketGuard(endless, { packetMaxBytes: MAX_BYTES, connectTimeoutMs: 10_000 })
  guard.pause()
  await new Promise((resolve) => setImmediate(resolve))
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(guard.readableLength <= MAX_BYTES * 3, `${guard.readableLength} bytes waiting`)
  guard.destroy()
})

test('what the broker writes in pieces leaves as one', async () => {
  const [near, far] = duplexPair()
  const guard = new PacketGuard(far, { packetMaxBytes: MAX_BYTES, connectTimeoutMs: 10_000 })
  guard.cork()
  guard.write(Buffer.of(1, 2))
  guard.write(Buffer.of(3))
  guard.uncork()
  const [chunk] = await once(near, 'data')
  assert.deepEqual(chunk, Buffer.of(1, 2, 3))
  guard.destroy()
  near.destroy()
})
