import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NarrowDoor } from '../narrow-door.ts'
import { HASH_PARAMETERS, PasswordHashes } from './password-hash.ts'

const QUICK = { memoryKib: 64, passes: 1, lanes: 1 }
const door = () => new NarrowDoor({ atOnce: 2, waitingMax: 4 })
const hashes = new PasswordHashes(door(), QUICK)

test('a password is known again, and another one is not', async () => {
  const stored = await hashes.make('correct horse battery')
  assert.match(stored, /^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  const { isRight } = await hashes.check('correct horse battery', stored)
  assert.equal(isRight, true)
  assert.equal((await hashes.check('correct horse batterz', stored)).isRight, false)
  assert.notEqual(await hashes.make('correct horse battery'), stored)
})

// The tag of the reference implementation: echo -n "password" | argon2 somesalt -id -t 2 -m 16 -p 1
test('what another Argon2id made is read', async () => {
  const stored =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.deepEqual(await hashes.check('password', stored), { isRight: true, outdated: true })
})

test('a letter is the same however the keyboard writes it', async () => {
  const stored = await hashes.make('Käse und Brötchen')
  const { isRight } = await hashes.check('Käse und Brötchen'.normalize('NFD'), stored)
  assert.equal(isRight, true)
})

test('what was made with other parameters is to be made anew, once it was right', async () => {
  const stored = await hashes.make('correct horse battery')
  const today = new PasswordHashes(door(), { ...QUICK, passes: 2 })
  assert.deepEqual(await today.check('correct horse battery', stored), {
    isRight: true,
    outdated: true,
  })
  assert.equal((await today.check('wrong', stored)).outdated, false)
  assert.equal((await hashes.check('correct horse battery', stored)).outdated, false)
})

test('an account without a password costs as much, and no password opens it', async () => {
  let computed = 0
  const counting = new NarrowDoor({ atOnce: 1, waitingMax: 9 })
  const through = counting.through.bind(counting)
  counting.through = (work) => {
    computed += 1
    return through(work)
  }
  const counted = new PasswordHashes(counting, QUICK)
  await counted.check('warm', undefined)
  computed = 0
  const { isRight } = await counted.check('', undefined)
  assert.deepEqual({ isRight, computed }, { isRight: false, computed: 1 })
})

test('a stored password that is none is an error, never a yes', async () => {
  for (const stored of ['', 'plain', '$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAA']) {
    await assert.rejects(hashes.check('plain', stored), stored)
  }
})

test('two are computed at once, a bounded number waits, the rest is turned away', async () => {
  const narrow = new NarrowDoor({ atOnce: 2, waitingMax: 3 })
  const { promise, resolve } = Promise.withResolvers<void>()
  let inside = 0
  let most = 0
  const work = async () => {
    inside += 1
    most = Math.max(most, inside)
    await promise
    inside -= 1
  }
  const five = Array.from({ length: 5 }, () => narrow.through(work))
  await assert.rejects(narrow.through(work), { code: 'SIGN_IN_BUSY', status: 503 })
  resolve()
  await Promise.all(five)
  assert.equal(most, 2)
  // A failure gives its place back.
  for (let turn = 0; turn < 3; turn++) {
    await assert.rejects(narrow.through(() => Promise.reject(new Error('broken'))))
  }
  assert.equal(await narrow.through(async () => 'in'), 'in')
})

test('nobody slips in between who leaves and who waits', async () => {
  const narrow = new NarrowDoor({ atOnce: 1, waitingMax: 9 })
  let inside = 0
  let most = 0
  const work = async () => {
    inside += 1
    most = Math.max(most, inside)
    await new Promise((resolve) => setImmediate(resolve))
    inside -= 1
  }
  // Each comes again the moment it leaves, while another one waits.
  const comesBack = () => narrow.through(work).then(() => narrow.through(work))
  await Promise.all([comesBack(), comesBack(), comesBack()])
  assert.equal(most, 1)
})

test('the parameters are RFC 9106’s second recommended option', () => {
  assert.deepEqual(HASH_PARAMETERS, { memoryKib: 65_536, passes: 3, lanes: 4 })
})
