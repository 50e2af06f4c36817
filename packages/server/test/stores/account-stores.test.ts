/** Accounts, grants, sessions and tokens, on both engines. */
import assert from 'node:assert/strict'
import type { Account, AccountGrant } from '../../src/accounts/account.ts'
import type { Session } from '../../src/accounts/session.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { eachEngine } from '../support/engines.ts'

const AT = 1_790_000_000

function person(name: string, more: Partial<Account> = {}): Account {
  return {
    ...{ id: `acc-${name}`, kind: 'person', login: name, name, owner: undefined },
    ...{ breakGlass: false, createdAt: AT, disabledAt: undefined, revision: 1 },
    ...more,
  }
}

function grant(account: Account, role: AccountGrant['role'], product: string): AccountGrant {
  return { account: account.id, role, product, grantedAt: AT, grantedBy: 'server' }
}

function session(id: string, account: Account, openedAt = AT): Session {
  return {
    ...{ id, account: account.id, factors: ['password', 'totp'], openedAt, seenAt: openedAt },
    ...{ provedAt: openedAt, address: '192.0.2.7', userAgent: 'a browser' },
  }
}

eachEngine(
  'an account comes back as it was written, and a login is taken once',
  async (database) => {
    const { accounts } = sqlStores(database)
    const anna = person('anna')
    const robot = person('robot', { kind: 'service', login: undefined, owner: anna.id })
    assert.equal(await accounts.add(anna), true)
    assert.equal(await accounts.add(robot), true)
    assert.equal(await accounts.add(person('other', { login: 'anna' })), false)
    assert.deepEqual(await accounts.find(anna.id), anna)
    assert.deepEqual(await accounts.findByLogin('anna'), anna)
    assert.deepEqual(await accounts.find(robot.id), robot)
    assert.equal(await accounts.find('acc-other'), undefined)
  },
)

eachEngine(
  'an account is changed by who saw it as it is, and to no login of another',
  async (database) => {
    const { accounts } = sqlStores(database)
    const anna = person('anna')
    const bert = person('bert')
    for (const account of [anna, bert]) await accounts.add(account)
    const renamed = { ...anna, name: 'Anna B.', revision: 2 }
    assert.equal(await accounts.replace(1, renamed), true)
    assert.equal(await accounts.replace(1, { ...renamed, name: 'late' }), false)
    assert.equal(await accounts.replace(1, { ...bert, login: 'anna', revision: 2 }), false)
    assert.deepEqual(await accounts.find(anna.id), renamed)
    assert.deepEqual(await accounts.find(bert.id), bert)
  },
)

eachEngine(
  'a grant counts once, and each change raises the revision of its account',
  async (database) => {
    const { accounts } = sqlStores(database)
    const anna = person('anna')
    await accounts.add(anna)
    assert.equal(await accounts.grant(grant(anna, 'viewer', 'red')), true)
    assert.equal(await accounts.grant(grant(anna, 'viewer', 'red')), false)
    assert.equal((await accounts.find(anna.id))?.revision, 2)
    assert.equal(await accounts.withdrawGrant(anna.id, 'viewer', '*'), false)
    assert.equal(await accounts.withdrawGrant(anna.id, 'viewer', 'red'), true)
    assert.equal((await accounts.find(anna.id))?.revision, 3)
    assert.deepEqual(await accounts.grants(anna.id), [])
  },
)

eachEngine('administrators are enabled persons with that role everywhere', async (database) => {
  const { accounts } = sqlStores(database)
  const [anna, bert, carl, dora] = ['anna', 'bert', 'carl', 'dora'].map((name) => person(name)) as [
    Account,
    Account,
    Account,
    Account,
  ]
  const robot = person('robot', { kind: 'service', login: undefined, owner: anna.id })
  for (const account of [anna, bert, { ...carl, disabledAt: AT }, dora, robot]) {
    await accounts.add(account)
  }
  for (const account of [anna, carl, robot])
    await accounts.grant(grant(account, 'administrator', '*'))
  await accounts.grant(grant(bert, 'administrator', 'red'))
  await accounts.grant(grant(dora, 'securityOfficer', '*'))
  assert.deepEqual(
    (await accounts.administrators()).map(({ id }) => id),
    [anna.id],
  )
})

eachEngine('accounts are listed in pages, of certain products only', async (database) => {
  const { accounts } = sqlStores(database)
  for (const name of ['anna', 'bert', 'carl', 'dora']) await accounts.add(person(name))
  await accounts.grant(grant(person('bert'), 'viewer', 'red'))
  await accounts.grant(grant(person('bert'), 'operator', 'red'))
  await accounts.grant(grant(person('carl'), 'viewer', 'blue'))
  await accounts.grant(grant(person('dora'), 'viewer', '*'))
  const names = async (query: object) =>
    (await accounts.list({ limit: 10, ...query })).map(({ name }) => name)
  assert.deepEqual(await names({ limit: 2 }), ['anna', 'bert'])
  assert.deepEqual(await names({ limit: 2, after: 'acc-bert' }), ['carl', 'dora'])
  assert.deepEqual(await names({ products: ['red'] }), ['bert'])
  assert.deepEqual(await names({ products: ['red', 'blue'] }), ['bert', 'carl'])
  assert.deepEqual(await names({ products: [] }), [])
  assert.deepEqual(await names({ kind: 'service' }), [])
})

eachEngine(
  'a session is found with its account as it is now, and goes with it',
  async (database) => {
    const { accounts, sessions } = sqlStores(database)
    const anna = person('anna')
    await accounts.add(anna)
    await sessions.add({ session: session('s1', anna), sha256: 'aa' })
    await accounts.grant(grant(anna, 'viewer', 'red'))
    const found = await sessions.find('s1')
    assert.deepEqual(found?.session, session('s1', anna))
    assert.deepEqual([found?.sha256, found?.account.revision], ['aa', 2])
    await sessions.seen('s1', AT + 60)
    await sessions.seen('s1', AT + 30)
    await sessions.proved('s1', AT + 90)
    const later = (await sessions.find('s1'))?.session
    assert.deepEqual([later?.seenAt, later?.provedAt], [AT + 60, AT + 90])
    assert.equal(await accounts.remove(anna.id, 1), false)
    assert.equal(await accounts.remove(anna.id, 2), true)
    assert.equal(await sessions.find('s1'), undefined)
  },
)

eachEngine('sessions end one by one, all but one, and with age', async (database) => {
  const { accounts, sessions } = sqlStores(database)
  const anna = person('anna')
  await accounts.add(anna)
  for (const [at, id] of ['s1', 's2', 's3', 's4'].entries()) {
    await sessions.add({ session: session(id, anna, AT + at), sha256: id })
  }
  const ids = async () => (await sessions.ofAccount(anna.id)).map(({ id }) => id)
  assert.deepEqual(await ids(), ['s4', 's3', 's2', 's1'])
  assert.deepEqual([await sessions.end('s4'), await sessions.end('s4')], [true, false])
  await sessions.sweep(AT + 1)
  assert.deepEqual(await ids(), ['s3', 's2'])
  assert.equal(await sessions.endAll(anna.id, 's2'), 1)
  assert.deepEqual(await ids(), ['s2'])
})

eachEngine(
  'tokens are listed, noted when used, removed, and go with their account',
  async (database) => {
    const { accounts, apiTokens } = sqlStores(database)
    const anna = person('anna')
    await accounts.add(anna)
    const token = (id: string) => ({
      ...{ id, account: anna.id, name: 'CI', scopes: ['device.read'] as const, product: 'red' },
      ...{ createdAt: AT, createdBy: anna.id, expiresAt: AT + 60, lastUsedAt: undefined },
      parent: id === 't3' ? 't2' : undefined,
    })
    for (const id of ['t1', 't2', 't3']) await apiTokens.add({ token: token(id), sha256: id })
    await apiTokens.used('t1', AT + 5)
    const found = await apiTokens.find('t1')
    assert.deepEqual(found?.token, { ...token('t1'), lastUsedAt: AT + 5 })
    assert.deepEqual(found?.account, anna)
    assert.deepEqual(
      (await apiTokens.list({ account: anna.id, after: 't1', limit: 1 })).map(({ id }) => id),
      ['t2'],
    )
    assert.deepEqual([await apiTokens.remove('t2'), await apiTokens.remove('t2')], [true, false])
    // With the one that it made.
    assert.equal(await apiTokens.count(anna.id), 1)
    await apiTokens.sweep(AT + 60)
    assert.equal(await apiTokens.count(anna.id), 1)
    await apiTokens.sweep(AT + 61)
    assert.equal(await apiTokens.count(anna.id), 0)
    await apiTokens.add({ token: token('t4'), sha256: 't4' })
    await accounts.remove(anna.id, 1)
    assert.equal(await apiTokens.find('t4'), undefined)
  },
)
