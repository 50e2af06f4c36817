/** What must hold of every place for artifacts, tried on the disk and on an S3-compatible server. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { ArtifactIntake } from '../../src/artifacts/artifact-intake.ts'
import { readStored } from '../../src/artifacts/stored-file.ts'

export const bytes = Buffer.from('firmware of the Lumen Gateway')
export const sha256Of = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
export const sha256 = sha256Of(bytes)
export const expected = { sha256, length: bytes.length }

export async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

export interface PlaceForArtifacts {
  readonly store: ArtifactIntake
  /** Everything that is kept, by whatever name; of an upload under way, or cut off, nothing. */
  names(): Promise<readonly string[]>
}

export function artifactSuite(
  place: string,
  open: (t: TestContext) => Promise<PlaceForArtifacts>,
): void {
  test(`${place}: an artifact is found under its digest once it is complete`, async (t) => {
    const { store, names } = await open(t)
    assert.equal(await store.find(sha256), undefined)
    await store.receive(chunks(bytes.subarray(0, 5), bytes.subarray(5)), expected)
    assert.equal((await store.find(sha256))?.length, bytes.length)
    assert.deepEqual(await readStored(store, sha256), bytes)
    assert.equal((await names()).length, 1)
  })

  test(`${place}: any part of an artifact can be read, in buffers of any size`, async (t) => {
    const { store } = await open(t)
    const content = randomBytes(300_000)
    const name = sha256Of(content)
    await store.receive(chunks(content), { sha256: name, length: content.length })
    const stored = await store.find(name)
    assert.ok(stored)
    const ranges = [
      [0, 0],
      [1, 299_999],
      [299_999, 299_999],
      [70_000, 140_000],
    ] as const
    for (const [first, last] of ranges) {
      const reading = await stored.read(first, last)
      const read: Buffer[] = []
      for (;;) {
        const buffer = Buffer.alloc(40_000)
        const count = await reading.read(buffer)
        if (count === 0) break
        read.push(buffer.subarray(0, count))
      }
      await reading.close()
      assert.deepEqual(Buffer.concat(read), content.subarray(first, last + 1))
    }
  })

  test(`${place}: a reader that stops in the middle holds up nobody`, async (t) => {
    const { store } = await open(t)
    const content = randomBytes(2_000_000)
    const name = sha256Of(content)
    await store.receive(chunks(content), { sha256: name, length: content.length })
    for (let i = 0; i < 20; i += 1) {
      const reading = await (await store.find(name))?.read(0, content.length - 1)
      await reading?.read(Buffer.alloc(10))
      await reading?.close()
    }
    assert.deepEqual(await readStored(store, name), content)
  })

  test(`${place}: an artifact of several parts comes out as it went in`, async (t) => {
    const { store } = await open(t)
    const content = randomBytes(20_000_003)
    const name = sha256Of(content)
    async function* odd(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < content.length; at += 777_777) yield content.subarray(at, at + 777_777)
    }
    await store.receive(odd(), { sha256: name, length: content.length })
    const stored = await readStored(store, name)
    assert.equal(sha256Of(stored ?? Buffer.of()), name)
  })

  const large = Buffer.alloc(9_000_000, 1)
  const refused: [what: string, body: Uint8Array[], of: Uint8Array, code: string][] = [
    [
      'other bytes of the right length',
      [Buffer.from(bytes).fill(0, 0, 1)],
      bytes,
      'DIGEST_MISMATCH',
    ],
    ['a truncated artifact', [bytes.subarray(1)], bytes, 'LENGTH_MISMATCH'],
    ['an artifact with more after its end', [bytes, Buffer.from('x')], bytes, 'LENGTH_MISMATCH'],
    ['nothing', [], bytes, 'LENGTH_MISMATCH'],
    [
      'a large one with one byte changed',
      [large, Buffer.of(2)],
      Buffer.alloc(9_000_001, 1),
      'DIGEST_MISMATCH',
    ],
    ['a large one that is cut short', [large], Buffer.alloc(9_000_001, 1), 'LENGTH_MISMATCH'],
  ]
  for (const [what, body, of, code] of refused) {
    test(`${place}: ${what}: refused, and nothing is kept`, async (t) => {
      const { store, names } = await open(t)
      const promised = { sha256: sha256Of(of), length: of.length }
      await assert.rejects(store.receive(chunks(...body), promised), { code })
      assert.equal(await store.find(promised.sha256), undefined)
      assert.deepEqual(await names(), [])
    })
  }

  test(`${place}: an artifact whose second digest differs from the signed one is refused`, async (t) => {
    const { store, names } = await open(t)
    const sha512 = createHash('sha512').update(bytes).digest('hex')
    const other = sha512.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
    await assert.rejects(store.receive(chunks(bytes), { ...expected, sha512: other }), {
      code: 'DIGEST_MISMATCH',
    })
    assert.deepEqual(await names(), [])
    await store.receive(chunks(bytes), { ...expected, sha512 })
  })

  test(`${place}: endless data is cut off at the signed length`, async (t) => {
    const { store } = await open(t)
    let sent = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += bytes.length
        yield bytes
      }
    }
    await assert.rejects(store.receive(endless(), expected), { code: 'LENGTH_MISMATCH' })
    assert.equal(sent, 2 * bytes.length)
  })

  test(`${place}: a file that its content check refuses is not kept`, async (t) => {
    const { store, names } = await open(t)
    const check = async (whole: Uint8Array) => {
      assert.deepEqual(Buffer.from(whole), bytes)
      throw new RangeError('no SBOM')
    }
    await assert.rejects(store.receive(chunks(bytes), expected, check), RangeError)
    assert.deepEqual(await names(), [])
  })

  test(`${place}: an upload that is cut off leaves nothing behind`, async (t) => {
    const { store, names } = await open(t)
    for (const length of [20, 9_000_000]) {
      async function* cut(): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(length / 2)
        throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
      }
      await assert.rejects(store.receive(cut(), { sha256, length }), {
        ...{ status: 400, code: 'UPLOAD_CUT_OFF' },
      })
    }
    assert.deepEqual(await names(), [])
  })

  test(`${place}: two uploads of the same artifact at once both succeed`, async (t) => {
    const { store } = await open(t)
    await Promise.all([1, 2].map(() => store.receive(chunks(bytes), expected)))
    assert.deepEqual(await readStored(store, sha256), bytes)
  })

  test(`${place}: what is there already is not read again`, async (t) => {
    const { store } = await open(t)
    await store.receive(chunks(bytes), expected)
    let isRead = false
    async function* again(): AsyncGenerator<Uint8Array> {
      isRead = true
      yield bytes
    }
    await store.receive(again(), expected)
    assert.equal(isRead, false)
  })

  test(`${place}: no name from outside becomes a path`, async (t) => {
    const { store } = await open(t)
    for (const name of ['../secret', '..', '', `${'a'.repeat(63)}/`, 'A'.repeat(64)]) {
      assert.equal(await store.find(name), undefined)
      await assert.rejects(store.receive(chunks(bytes), { ...expected, sha256: name }), TypeError)
    }
  })
}
