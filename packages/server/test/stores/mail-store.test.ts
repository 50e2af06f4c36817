/** The outbox, and news on their way to many, on both engines. CRA P-057, P-133 */
import assert from 'node:assert/strict'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { forgetMails } from '../../src/mail/forget-mails.ts'
import type { NewMail } from '../../src/mail/mail.ts'
import type { Database } from '../../src/stores.ts'
import { CONFIRM_SECONDS } from '../../src/subscriptions/subscription.ts'
import { tellSubscribers } from '../../src/subscriptions/tell-subscribers.ts'
import { eachEngine } from '../support/engines.ts'

const AT = 1_790_000_000
const PRODUCT = 'lumen'
const idOf = (number: number) => number.toString(16).padStart(16, '0')
const mail = (more: Partial<NewMail> = {}): NewMail => ({
  ...{ to: 'ada@example.com', subject: 'Hello', text: 'A line.', about: 'a', at: AT },
  ...more,
})

async function withSubscribers(on: Kysely<Tables>, count: number): Promise<Database> {
  const database = sqlStores(on)
  await database.products.add({ id: PRODUCT, createdAt: AT })
  await database.transaction(async ({ subscriptions }) => {
    for (let number = 1; number <= count; number += 1) {
      await subscriptions.ask({
        ...{ id: idOf(number), address: `a${number}@example.com`, product: PRODUCT, device: '' },
        ...{ language: 'en', askedAt: AT },
      })
      if (number % 10 !== 0) await subscriptions.confirm(idOf(number), AT)
    }
  })
  const facts = JSON.stringify({ kind: 'support', ends: '2031-08', monthsBefore: 6 })
  await database.subscriptions.addRound({ about: 'support 6', product: PRODUCT, at: AT, facts })
  return database
}

const recipients = async (on: Kysely<Tables>) =>
  (await on.selectFrom('mails').select('recipient').execute()).map(({ recipient }) => recipient)

eachEngine('what is told is written with its mail or not at all, and once', async (on) => {
  const database = sqlStores(on)
  const failing = database.transaction(async ({ mails }) => {
    await mails.add(mail())
    throw new Error('power')
  })
  await assert.rejects(failing, /power/)
  assert.equal(await database.mails.count('waiting'), 0)
  assert.equal(await database.mails.add(mail()), true)
  assert.equal(await database.mails.add(mail({ to: ' ADA@example.com' })), false)
  assert.equal(await database.mails.add(mail({ about: 'b' })), true)
  assert.equal(await database.mails.add(mail({ to: 'bob@example.com' })), true)
  assert.equal(await database.mails.add(mail({ to: 'bob' })), false)
})

eachEngine('urgent mails come first, and an attempt is made by one server', async (on) => {
  const { mails } = sqlStores(on)
  await mails.add(mail({ about: 'slow', at: AT - 100 }))
  await mails.add(mail({ about: 'soon', at: AT + 100 }))
  await mails.add(mail({ about: 'urgent', isUrgent: true }))
  const due = await mails.due(AT, 10)
  assert.deepEqual(
    due.map(({ about }) => about),
    ['urgent', 'slow'],
  )
  const [first] = due
  assert.ok(first !== undefined)
  const claimed = await Promise.all([1, 2, 3].map(() => mails.claim(first, AT + 60)))
  assert.deepEqual(claimed.filter(Boolean), [true])
  assert.deepEqual(
    (await mails.due(AT, 10)).map(({ about }) => about),
    ['slow'],
  )
  assert.equal(await mails.end(first.id, 'sent', AT, undefined), true)
  assert.equal(await mails.end(first.id, 'given-up', AT, 'late'), false)
  assert.equal(await mails.countSentTo('ada@example.com', AT), 1)
  assert.equal(await mails.countAbout('s', AT - 100), 2)
})

eachEngine(
  'mails that ended are forgotten when their days are over, those that wait are not',
  async (on) => {
    const database = sqlStores(on)
    const { mails } = database
    for (const about of ['sent', 'waiting']) await mails.add(mail({ about }))
    const [sent] = await mails.list({ state: undefined, before: undefined, limit: 2 })
    await mails.end(sent?.id ?? '', 'sent', AT, undefined)
    await forgetMails(database, AT + 30 * 86_400, 30)
    assert.equal((await recipients(on)).length, 2)
    await forgetMails(database, AT + 30 * 86_400 + 1, 30)
    assert.equal((await recipients(on)).length, 1)
    assert.equal(await mails.count('waiting'), 1)
  },
)

eachEngine(
  'news reach each confirmed subscriber once, also when it is cut off in between',
  async (on) => {
    const database = await withSubscribers(on, 500)
    let transactions = 0
    const dying: Database = {
      ...database,
      transaction: (work) =>
        database.transaction(async (stores) => {
          transactions += 1
          const result = await work(stores)
          // Written and not durable: the power fails.
          if (transactions === 2) throw new Error('power')
          return result
        }),
    }
    await assert.rejects(tellSubscribers({ database: dying }), /power/)
    assert.equal((await recipients(on)).length, 200)
    await Promise.all([tellSubscribers({ database }), tellSubscribers({ database })])
    await tellSubscribers({ database })
    const told = await recipients(on)
    assert.equal(told.length, 450)
    assert.equal(new Set(told).size, 450)
    assert.deepEqual(await database.subscriptions.rounds(10), [])
  },
)

eachEngine(
  'who is not confirmed within a day is forgotten with what was sent to him',
  async (on) => {
    const database = await withSubscribers(on, 20)
    await database.mails.add(mail({ to: 'a10@example.com', subscription: idOf(10) }))
    await forgetMails(database, AT + CONFIRM_SECONDS, 30)
    assert.deepEqual(await database.subscriptions.count(), { all: 20, unconfirmed: 2 })
    await forgetMails(database, AT + CONFIRM_SECONDS + 1, 30)
    assert.deepEqual(await database.subscriptions.count(), { all: 18, unconfirmed: 0 })
    assert.deepEqual(await recipients(on), [])
  },
)

eachEngine(
  'asked again it is the same subscription; who has confirmed keeps the language',
  async (on) => {
    const database = await withSubscribers(on, 10)
    const askedAgain = (number: number) =>
      database.subscriptions.ask({
        ...{ id: idOf(77), address: `a${number}@example.com`, product: PRODUCT, device: '' },
        ...{ language: 'fr', askedAt: AT + 9 },
      })
    const { id, language, askedAt, confirmedAt } = await askedAgain(1)
    assert.deepEqual([id, language, askedAt, confirmedAt], [idOf(1), 'en', AT + 9, AT])
    const waiting = await askedAgain(10)
    assert.deepEqual([waiting.id, waiting.language], [idOf(10), 'fr'])
    assert.equal(await database.subscriptions.confirm(id, AT + 10), false)
    assert.deepEqual(await database.subscriptions.removeOf('a1@example.com', PRODUCT), [id])
  },
)
