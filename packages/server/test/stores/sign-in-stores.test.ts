/** Ways in, challenges, tries and history, on both engines. */
import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { Challenge } from '../../src/sign-in/challenge-store.ts'
import type { Passkey } from '../../src/sign-in/passkeys/passkey-store.ts'
import { eachEngine } from '../support/engines.ts'

const AT = 1_790_000_000

/** Stores with two accounts. */
async function filled(database: Kysely<Tables>) {
  const stores = sqlStores(database)
  for (const name of ['anna', 'bert']) {
    await stores.accounts.add({
      ...{ id: `acc-${name}`, kind: 'person', login: name, name, owner: undefined },
      ...{ breakGlass: false, createdAt: AT, disabledAt: undefined, revision: 1 },
    })
  }
  return { ...stores, ...stores.signIn }
}

function passkey(id: string, account = 'acc-anna', createdAt = AT): Passkey {
  return {
    ...{ id, account, name: `key ${id}`, publicKey: new Uint8Array([1, 2, 255]), counter: 4 },
    ...{ transports: ['usb', 'nfc'], backedUp: true, createdAt, lastUsedAt: undefined },
  }
}

function challenge(id: string, more: Partial<Challenge> = {}): Challenge {
  return {
    ...{ id, purpose: 'passkey-sign-in', browser: 'b', session: undefined },
    ...{ state: { challenge: 'x' }, expiresAt: AT + 600 },
    ...more,
  }
}

eachEngine(
  'a passkey comes back as it was written, and belongs to one account',
  async (database) => {
    const { passkeys } = await filled(database)
    assert.equal(await passkeys.add(passkey('k2', 'acc-anna', AT + 1)), true)
    assert.equal(await passkeys.add(passkey('k1')), true)
    assert.equal(await passkeys.add(passkey('k1', 'acc-bert')), false)
    assert.deepEqual(await passkeys.find('k1'), passkey('k1'))
    const ids = (await passkeys.ofAccount('acc-anna')).map(({ id }) => id)
    assert.deepEqual(ids, ['k1', 'k2'])
    await passkeys.used('k1', { counter: 9, backedUp: false, at: AT + 5 })
    assert.deepEqual(await passkeys.find('k1'), {
      ...passkey('k1'),
      ...{ counter: 9, backedUp: false, lastUsedAt: AT + 5 },
    })
    assert.equal(await passkeys.rename('acc-bert', 'k1', 'mine'), false)
    assert.equal(await passkeys.remove('acc-bert', 'k1'), false)
    assert.equal(await passkeys.rename('acc-anna', 'k1', 'blue'), true)
    assert.equal((await passkeys.find('k1'))?.name, 'blue')
    assert.equal(await passkeys.remove('acc-anna', 'k1'), true)
    assert.equal(await passkeys.find('k1'), undefined)
  },
)

eachEngine(
  'a code of the authenticator app is used once, whoever else brings it',
  async (database) => {
    const { passwords } = await filled(database)
    const way = {
      ...{ account: 'acc-anna', hash: '$1', sealedSeed: 's', lastStep: 0, changedAt: AT },
    }
    await passwords.save(way)
    const used = await Promise.all([7, 7, 7].map((step) => passwords.useStep('acc-anna', step)))
    assert.deepEqual(used.toSorted(), [false, false, true])
    assert.equal(await passwords.useStep('acc-anna', 6), false)
    assert.equal(await passwords.useStep('acc-anna', 8), true)
    await passwords.upgradeHash('acc-anna', '$0', '$2')
    assert.deepEqual(await passwords.find('acc-anna'), { ...way, lastStep: 8 })
    await passwords.upgradeHash('acc-anna', '$1', '$2')
    assert.equal((await passwords.find('acc-anna'))?.hash, '$2')
    await passwords.save({ ...way, hash: '$3' })
    assert.deepEqual(await passwords.find('acc-anna'), { ...way, hash: '$3' })
    assert.equal(await passwords.remove('acc-anna'), true)
    assert.equal(await passwords.find('acc-anna'), undefined)
  },
)

eachEngine('a recovery code is used once, by its own account', async (database) => {
  const { recoveryCodes } = await filled(database)
  await recoveryCodes.replace('acc-anna', ['a', 'b', 'c'])
  assert.equal(await recoveryCodes.use('acc-bert', 'a'), false)
  const used = await Promise.all(['a', 'a'].map((code) => recoveryCodes.use('acc-anna', code)))
  assert.deepEqual(used.toSorted(), [false, true])
  assert.equal(await recoveryCodes.count('acc-anna'), 2)
  await recoveryCodes.replace('acc-anna', ['d'])
  assert.equal(await recoveryCodes.use('acc-anna', 'b'), false)
  assert.equal(await recoveryCodes.count('acc-anna'), 1)
})

eachEngine('who somebody is at a company belongs to one account', async (database) => {
  const { identities } = await filled(database)
  const anna = {
    ...{ issuer: 'https://id.example', subject: '7', account: 'acc-anna', linkedAt: AT },
  }
  assert.equal(await identities.add(anna), true)
  assert.equal(await identities.add({ ...anna, account: 'acc-bert' }), false)
  assert.equal(await identities.add({ ...anna, issuer: 'https://other.example' }), true)
  assert.deepEqual(await identities.find('https://id.example', '7'), anna)
  assert.equal((await identities.ofAccount('acc-anna')).length, 2)
  assert.equal(await identities.remove('acc-bert', anna.issuer, anna.subject), false)
  assert.equal(await identities.remove('acc-anna', anna.issuer, anna.subject), true)
  assert.equal(await identities.find(anna.issuer, anna.subject), undefined)
})

eachEngine('a challenge is taken once, and goes when its time is over', async (database) => {
  const { challenges } = await filled(database)
  const one = challenge('c1', { session: 's1' })
  await challenges.add(one, AT)
  assert.deepEqual(await challenges.find('c1'), one)
  const taken = await Promise.all(['c1', 'c1'].map((id) => challenges.take(id)))
  assert.deepEqual(
    taken.filter((each) => each !== undefined),
    [one],
  )
  await challenges.add(challenge('c2'), AT)
  await challenges.add(challenge('c3', { expiresAt: AT + 1200 }), AT + 600)
  assert.equal(await challenges.find('c2'), undefined)
  assert.notEqual(await challenges.find('c3'), undefined)
})

eachEngine('links are kept for an account or for the first administrator', async (database) => {
  const { links } = await filled(database)
  const first = { id: 'l1', sha256: 'x', account: undefined, expiresAt: AT + 10 }
  const invitation = { id: 'l2', sha256: 'y', account: 'acc-anna', expiresAt: AT + 20 }
  await links.add(first)
  await links.add(invitation)
  assert.deepEqual(await links.find('l1'), first)
  assert.deepEqual(await links.find('l2'), invitation)
  await links.removeFor(undefined)
  assert.equal(await links.find('l1'), undefined)
  await links.removeExpired(AT + 20)
  assert.equal(await links.find('l2'), undefined)
})

eachEngine('tries are remembered by side, and forgotten when they are old', async (database) => {
  const { tries } = await filled(database)
  await tries.save('name:anna', { count: 3, lastAt: AT })
  await tries.save('name:anna', { count: 4, lastAt: AT + 1 })
  await tries.save('name:bert', { count: 1, lastAt: AT - 10 })
  const none = { count: 0, lastAt: 0 }
  assert.deepEqual(await tries.find(['name:nobody', 'name:anna']), [
    none,
    { count: 4, lastAt: AT + 1 },
  ])
  await tries.forget(AT)
  assert.deepEqual(await tries.find(['name:anna', 'name:bert']), [
    { count: 4, lastAt: AT + 1 },
    none,
  ])
})

eachEngine(
  'past sign-ins tell a known browser until they are forgotten; notes stay until read',
  async (database) => {
    const { history } = await filled(database)
    const at = (seconds: number, browser: string) => ({
      ...{ account: 'acc-anna', at: AT + seconds, way: 'passkey' as const },
      ...{ provider: '192.0', browser },
    })
    await history.add(at(0, 'laptop'), 0)
    await history.add(at(5, 'phone'), 0)
    assert.deepEqual(await history.recent('acc-anna', AT), [at(5, 'phone'), at(0, 'laptop')])
    assert.equal(await history.isKnownBrowser('acc-anna', 'laptop', AT), true)
    assert.equal(await history.isKnownBrowser('acc-anna', 'laptop', AT + 1), false)
    assert.equal(await history.isKnownBrowser('acc-bert', 'laptop', AT), false)
    assert.equal(await history.isUsedBrowser('laptop', AT), true)
    await history.add(at(9, 'phone'), AT + 1)
    assert.equal(await history.isUsedBrowser('laptop', 0), false)

    const note = {
      ...{ at: AT, what: 'signInSuspicious' as const, facts: { way: 'passkey' } },
      session: 's1',
    }
    await history.addNote('acc-anna', note)
    await history.addNote('acc-anna', { ...note, at: AT + 1, session: undefined })
    assert.deepEqual(await history.notes('acc-anna', 's2'), [
      { ...note, at: AT + 1, session: undefined },
      note,
    ])
    assert.deepEqual(await history.notes('acc-bert', 's2'), [])
    // The session it is about neither sees it nor puts it away.
    assert.equal((await history.notes('acc-anna', 's1')).length, 1)
    await history.removeNotes('acc-anna', 's1', AT + 9)
    assert.deepEqual(await history.notes('acc-anna', 's2'), [note])
    await history.removeNotes('acc-anna', 's2', AT)
    assert.deepEqual(await history.notes('acc-anna', 's2'), [])
  },
)

eachEngine('with an account goes all that let it in', async (database) => {
  const stores = await filled(database)
  await stores.passkeys.add(passkey('k1'))
  await stores.recoveryCodes.replace('acc-anna', ['a'])
  await stores.links.add({ id: 'l1', sha256: 'x', account: 'acc-anna', expiresAt: AT + 10 })
  assert.equal(await stores.accounts.remove('acc-anna', 1), true)
  assert.equal(await stores.passkeys.find('k1'), undefined)
  assert.equal(await stores.links.find('l1'), undefined)
  assert.equal(await stores.recoveryCodes.count('acc-anna'), 0)
})
