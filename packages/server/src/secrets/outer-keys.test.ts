import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { OuterKeys } from './outer-keys.ts'
import { newSealingKeyBytes } from './sealing-key.ts'
import { secretsSettingsSchema } from './secrets-settings.ts'

async function keys(
  t: TestContext,
  settings: object = {},
  environment: Record<string, string | undefined> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-outer-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const open = (changed: object = settings) =>
    new OuterKeys({
      settings: secretsSettingsSchema.parse(changed),
      defaultFile: join(folder, 'seal-key'),
      environment,
    })
  return { folder, open }
}

const refusedWith = (sentence: RegExp) => ({ name: 'SealingKeyError', message: sentence })

test('without any setting a key file of its own is made, for its user alone', async (t) => {
  const { folder, open } = await keys(t)
  assert.equal(await open().primary(), undefined)
  const made = await open().make()
  const file = join(folder, 'seal-key')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const dataKey = newSealingKeyBytes()
  assert.deepEqual(await open().unwrap(await made.wrap(dataKey)), new Uint8Array(dataKey))
})

test('a key file that was named is never made: an absent one may be a mount that is missing', async (t) => {
  const { folder, open } = await keys(t)
  const named = open({ keyFile: join(folder, 'mounted') })
  assert.equal(await named.primary(), undefined)
  await assert.rejects(named.make(), refusedWith(/openssl rand/))
})

test('the key is taken out of the environment', async (t) => {
  const environment = {
    SEAL: Buffer.from(newSealingKeyBytes()).toString('hex'),
    OTHER: 'stays',
  }
  const { open } = await keys(t, { keyEnvironment: 'SEAL' }, environment)
  const wrapping = await open().primary()
  assert.ok(wrapping)
  assert.deepEqual(environment, { OTHER: 'stays' })
  assert.throws(() => open(), refusedWith(/SEAL is not set/))
})

test('what is no key is refused in words that do not repeat it', async (t) => {
  const { folder, open } = await keys(t)
  const file = join(folder, 'seal-key')
  for (const text of ['', 'correct horse battery staple', 'A'.repeat(43), '0'.repeat(64)]) {
    await writeFile(file, text, { mode: 0o600 })
    await assert.rejects(open().primary(), (error: Error) => {
      assert.equal(error.name, 'SealingKeyError')
      assert.ok(text === '' || !error.message.includes(text))
      return true
    })
  }
})

test('a key file that everybody can read is refused', async (t) => {
  const { folder, open } = await keys(t)
  await open().make()
  await chmod(join(folder, 'seal-key'), 0o604)
  await assert.rejects(open().primary(), refusedWith(/chmod 600/))
})

test('what another key wrapped is opened by the former one, and by no other', async (t) => {
  const { folder, open } = await keys(t)
  const before = await open().make()
  const environment = { SEAL: Buffer.from(newSealingKeyBytes()).toString('base64') }
  const wrapped = await before.wrap(newSealingKeyBytes())
  const { open: moved } = await keys(t, {}, environment)
  const settings = { keyEnvironment: 'SEAL', former: { keyFile: join(folder, 'seal-key') } }
  assert.equal((await moved(settings).unwrap(wrapped)).length, 32)
  environment.SEAL = Buffer.from(newSealingKeyBytes()).toString('base64')
  await assert.rejects(moved({ keyEnvironment: 'SEAL' }).unwrap(wrapped), refusedWith(/former/))
})

test('the key has one place', () => {
  const both = { keyFile: '/a', keyEnvironment: 'B' }
  for (const settings of [
    both,
    { former: both },
    { keyFile: '' },
    { kmsCommand: [] },
    { key: 1 },
  ]) {
    assert.ok(!secretsSettingsSchema.safeParse(settings).success, JSON.stringify(settings))
  }
})
