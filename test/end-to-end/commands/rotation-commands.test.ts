/** Rotating the server's keys with nothing but the commands that the tools themselves name as the next step. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { Maker } from '../support/maker.ts'

const PRODUCT = 'lumen-gateway-g1'
const maker = await Maker.open(PRODUCT)
after(() => maker.end())

interface Keys {
  readonly keys: readonly {
    readonly purpose: string
    readonly state: string
    readonly id: string
  }[]
  readonly toSign: readonly string[]
}

const ofProduct = ['--product', PRODUCT]
const keysOf = async () => JSON.parse(await maker.online('keys', 'server', ...ofProduct)) as Keys

async function idOf(purpose: string, state: string): Promise<string | undefined> {
  const { keys } = await keysOf()
  return keys.find((key) => key.purpose === purpose && key.state === state)?.id
}

async function sign(role: string, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const passphrase = ['--passphrase-file', maker.at('passphrase')]
    await maker.run('sign', `${PRODUCT}/${role}`, '--key', key, '--yes', ...passphrase)
  }
}

/** As `fleetward keys rotate` prints it. */
async function carryOut(toSign: readonly string[]): Promise<void> {
  const file = maker.at('server-keys.json')
  await maker.online('products', 'show', PRODUCT, '--save-server-keys', file)
  if (toSign.includes('root')) {
    await maker.run('root', 'rotate', ...ofProduct, '--server-keys', file)
    await sign('root', 'root-1', 'root-2')
  }
  if (toSign.includes('targets')) {
    await maker.run('repository', 'renew', ...ofProduct, '--role', 'targets', '--server-keys', file)
    await sign('targets', 'root-1')
  }
  await maker.online('repository', 'publish', ...ofProduct)
}

for (const [purpose, role] of [
  ['director', 'targets'],
  ['commands', 'targets'],
  ['timestamp', 'root'],
  ['snapshot', 'root'],
] as const) {
  test(`the ${purpose} key is rotated with one call and one signature of ${role}`, async () => {
    const before = await idOf(purpose, 'signs')
    const words = ['keys', 'rotate', purpose, ...ofProduct, '--stolen']
    const { toSign } = JSON.parse(await maker.online(...words)) as Keys
    assert.deepEqual(toSign, [role])
    const next = await idOf(purpose, 'waiting')
    assert.equal(await idOf(purpose, 'signs'), before)
    await carryOut(toSign)
    assert.equal(await idOf(purpose, 'signs'), next)
    assert.deepEqual((await keysOf()).toSign, [])
  })
}

test('the fleet CA is rotated with one call and one signature of targets for each product', async () => {
  const { toSign } = JSON.parse(await maker.online('keys', 'rotate', 'fleet-ca')) as Keys
  assert.deepEqual(toSign, [PRODUCT])
  await carryOut(['targets'])
  const { fleetCa } = JSON.parse(await maker.online('keys', 'server')) as {
    fleetCa: readonly { readonly listedBy: readonly string[] }[]
  }
  assert.deepEqual(
    fleetCa.map(({ listedBy }) => listedBy),
    [[PRODUCT], [PRODUCT]],
  )
})

test('the desk takes a new server CA over for its factory packs', async () => {
  const file = maker.at('desk', 'repository', PRODUCT, 'server-ca.pem')
  const before = await readFile(file, 'utf8')
  await maker.online('keys', 'rotate', 'server-ca')
  await carryOut(['targets'])
  assert.notEqual(await readFile(file, 'utf8'), before)
})
