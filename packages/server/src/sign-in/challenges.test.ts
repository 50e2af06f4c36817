import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { Challenge, ChallengePurpose, ChallengeStore } from './challenge-store.ts'
import { beginChallenge, type Place, seeChallenge, takeChallenge } from './challenges.ts'

const NOW = 1_800_000_000
const state = z.strictObject({ challenge: z.string() })

function inMemory(): ChallengeStore {
  const kept = new Map<string, Challenge>()
  const take = async (id: string) => {
    const found = kept.get(id)
    kept.delete(id)
    return found
  }
  return {
    add: async (challenge) => void kept.set(challenge.id, challenge),
    find: async (id) => kept.get(id),
    take,
  }
}

const here: Place = { visitor: { browser: 'laptop' }, session: 's1' }
const begun = { purpose: 'passkey-new' as const, place: here, state: { challenge: 'x' } }

const brought: [
  what: string,
  purpose: ChallengePurpose,
  place: Place,
  seconds: number,
  fits: boolean,
][] = [
  ['where it was begun', 'passkey-new', here, 599, true],
  ['too late', 'passkey-new', here, 600, false],
  ['for something else', 'passkey-step-up', here, 0, false],
  ['from another browser', 'passkey-new', { ...here, visitor: { browser: 'phone' } }, 0, false],
  ['in another session', 'passkey-new', { ...here, session: 's2' }, 0, false],
  ['after signing out', 'passkey-new', { ...here, session: undefined }, 0, false],
]
for (const [what, purpose, place, seconds, fits] of brought) {
  test(`a challenge brought back ${what} is ${fits ? 'taken' : 'refused, and used up'}`, async () => {
    const challenges = inMemory()
    const id = await beginChallenge(challenges, begun, NOW)
    const wanted = { purpose, place, state }
    const take = () => takeChallenge(challenges, id, wanted, NOW + seconds)
    const see = () => seeChallenge(challenges, id, wanted, NOW + seconds)
    if (fits) {
      assert.deepEqual(await see(), { challenge: 'x' })
      assert.deepEqual(await take(), { challenge: 'x' })
    } else {
      await assert.rejects(see(), { code: 'CHALLENGE_INVALID' })
      await assert.rejects(take(), { code: 'CHALLENGE_INVALID' })
    }
    const right = { purpose: begun.purpose, place: here, state }
    await assert.rejects(takeChallenge(challenges, id, right, NOW), { code: 'CHALLENGE_INVALID' })
  })
}

test('no two challenges have one name, and nobody guesses it', async () => {
  const challenges = inMemory()
  const ids = [
    await beginChallenge(challenges, begun, NOW),
    await beginChallenge(challenges, begun, NOW),
  ]
  assert.notEqual(ids[0], ids[1])
  for (const id of ids) assert.equal(Buffer.from(id, 'base64url').length, 32)
})
