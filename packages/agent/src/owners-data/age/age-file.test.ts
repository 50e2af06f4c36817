/** The age format, against Debian's own age in both directions. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { RequestError } from '@fleetward/shared'
import { decryptAge, encryptAge } from './age-file.ts'
import { decodeBech32, encodeBech32 } from './bech32.ts'
import { isRecipient, type Opener } from './stanzas.ts'

const PASSPHRASE = { passphrase: 'correct horse battery' }
const hasAge = spawnSync('age', ['--version']).status === 0

async function* blocksOf(bytes: Uint8Array, size = 10_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const all = async (blocks: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(blocks))
const decrypted = (bytes: Uint8Array, by: Opener, size?: number) =>
  all(decryptAge(blocksOf(bytes, size), by))
const keys = () => {
  const text = execFileSync('age-keygen', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const recipient = /age1[a-z0-9]+/.exec(text)?.[0] ?? assert.fail()
  return { recipient, identity: /AGE-SECRET-KEY-1[A-Z0-9]+/.exec(text)?.[0] ?? assert.fail() }
}
const refused = (code: string) => (error: unknown) =>
  error instanceof RequestError && error.code === code

for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
  test(`${length} bytes come back through a passphrase`, async () => {
    const plain = randomBytes(length)
    const file = await all(encryptAge(blocksOf(plain), PASSPHRASE))
    assert.deepEqual(await decrypted(file, PASSPHRASE, 7001), plain)
  })

  test(`age opens ${length} bytes of ours, and we open those of age`, {
    skip: !hasAge,
  }, async () => {
    const plain = randomBytes(length)
    const { recipient, identity } = keys()
    const ours = await all(encryptAge(blocksOf(plain), { recipient }))
    const opened = spawnSync('bash', ['-c', 'age -d -i <(printf %s "$ID")'], {
      input: ours,
      env: { ...process.env, ID: identity },
      maxBuffer: 1 << 20,
    })
    assert.deepEqual(opened.stdout, plain, opened.stderr.toString())
    const theirs = execFileSync('age', ['-r', recipient], { input: plain, maxBuffer: 1 << 20 })
    assert.deepEqual(await decrypted(theirs, { identity }), plain)
  })
}

/** age asks for passphrases on a terminal alone; script(1) gives it one. */
const onTerminal = (command: string, folder: string) =>
  execFileSync('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    input: `${PASSPHRASE.passphrase}\n${PASSPHRASE.passphrase}\n`,
    stdio: ['pipe', 'ignore', 'ignore'],
  })

test('age opens what we wrote for a passphrase, and we open what age did', {
  skip: !hasAge,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-age-'))
  t.after(() => rm(folder, { recursive: true }))
  const plain = randomBytes(70_000)
  await writeFile(join(folder, 'ours.age'), await all(encryptAge(blocksOf(plain), PASSPHRASE)))
  onTerminal('age -d -o opened ours.age', folder)
  assert.deepEqual(await readFile(join(folder, 'opened')), plain)
  onTerminal('age -p -o theirs.age opened', folder)
  assert.deepEqual(await decrypted(await readFile(join(folder, 'theirs.age')), PASSPHRASE), plain)
})

test('a wrong passphrase, or somebody else’s key, opens nothing', { skip: !hasAge }, async () => {
  const file = await all(encryptAge(blocksOf(Buffer.from('secret')), PASSPHRASE))
  await assert.rejects(
    decrypted(file, { passphrase: 'correct horse batterz' }),
    refused('PASSPHRASE_WRONG'),
  )
  const { recipient } = keys()
  const theirs = await all(encryptAge(blocksOf(Buffer.from('secret')), { recipient }))
  await assert.rejects(
    decrypted(theirs, { identity: keys().identity }),
    refused('PASSPHRASE_WRONG'),
  )
  await assert.rejects(decrypted(theirs, PASSPHRASE), refused('PASSPHRASE_WRONG'))
})

test('no byte of a file can be changed, and it cannot be cut or lengthened unseen', {
  skip: !hasAge,
}, async () => {
  const { recipient, identity } = keys()
  const file = await all(encryptAge(blocksOf(randomBytes(70_000)), { recipient }))
  const places = [...Array(220).keys(), 65_000, 66_000, file.length - 20, file.length - 1]
  for (const at of places) {
    const changed = Buffer.from(file)
    changed[at] = (changed[at] ?? 0) ^ 1
    await assert.rejects(decrypted(changed, { identity }), RequestError, `byte ${at}`)
  }
  for (const length of [0, 10, 100, 216, 300, 65_752, 65_753, file.length - 1]) {
    await assert.rejects(
      decrypted(file.subarray(0, length), { identity }),
      RequestError,
      `${length}`,
    )
  }
  await assert.rejects(
    decrypted(Buffer.concat([file, Buffer.alloc(1)]), { identity }),
    RequestError,
  )
})

test('a passphrase that would take all the memory of the device is refused before it is tried', async () => {
  const file = await all(encryptAge(blocksOf(Buffer.from('x')), PASSPHRASE))
  const text = file.toString('latin1').replace(/(-> scrypt \S+) 16\n/, '$1 30\n')
  const before = process.memoryUsage().rss
  await assert.rejects(
    decrypted(Buffer.from(text, 'latin1'), PASSPHRASE),
    refused('ARCHIVE_INVALID'),
  )
  assert.ok(process.memoryUsage().rss - before < 50_000_000)
})

test('an endless header is refused', async () => {
  async function* endless() {
    yield Buffer.from('age-encryption.org/v1\n-> X25519 ')
    for (;;) yield Buffer.alloc(65_536, 0x41)
  }
  await assert.rejects(all(decryptAge(endless(), PASSPHRASE)), refused('ARCHIVE_INVALID'))
})

test('a key of age has one spelling', () => {
  const text = encodeBech32('age', Buffer.alloc(32, 7))
  assert.ok(isRecipient(text))
  assert.deepEqual(decodeBech32(text, 'age'), Buffer.alloc(32, 7))
  const last = text.at(-1) === 'q' ? 'p' : 'q'
  for (const wrong of [
    text.slice(0, -1),
    `${text.slice(0, -1)}${last}`,
    `${text}q`,
    `A${text.slice(1)}`,
    '',
  ]) {
    assert.ok(!isRecipient(wrong), wrong)
  }
})
