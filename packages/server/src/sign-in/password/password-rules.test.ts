import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COMMON_WORDS } from './common-words.ts'
import { type PasswordFault, passwordFault } from './password-rules.ts'

const NAMES = ['Ada Lovelace', 'ada@lumen.example', 'lumen-gateway-g1']

const judged: [password: string, fault: PasswordFault | undefined][] = [
  ['elevenchars', 'tooShort'],
  ['twelve-chars', undefined],
  ['😀😁😂🤣😃😄😅😆😉😊😋', 'tooShort'],
  [`${'x'.repeat(10)}correct horse battery`, undefined],
  [`correct horse battery ${'staple '.repeat(40)}`, 'tooLong'],
  ['password1234', 'tooCommon'],
  ['Passwort2026!', 'tooCommon'],
  ['P@ssw0rd2026!!', 'tooCommon'],
  ['passwordpassword', 'tooCommon'],
  ['Motdepasse-123', 'tooCommon'],
  ['qwertyuiop123456', 'tooCommon'],
  ['azertyuiop2026', 'tooCommon'],
  ['aaaaaaaaaaaaaaaa', 'tooCommon'],
  ['abcdefghijklmnop', 'tooCommon'],
  ['abxabxabxabxabx', 'tooCommon'],
  ['fleetward-2026', 'tooCommon'],
  ['Fl33tward-Admin', 'tooCommon'],
  ['lumen-gateway-g1', 'tooCommon'],
  ['AdaLovelace1815', 'tooCommon'],
  ['ada@lumen.example', 'tooCommon'],
  ['lovelace lumen gateway', 'tooCommon'],
  ['october sunshine dragon', 'tooCommon'],
  ['correct horse battery staple', undefined],
  ['my monkey plays chess on mondays', undefined],
  ['kräftige brühe mit ei', undefined],
  ['7h#kQ2!vLp0z', undefined],
]
for (const [password, fault] of judged) {
  test(`${password.slice(0, 40)}: ${fault ?? 'taken'}`, () => {
    assert.equal(passwordFault(password, NAMES), fault)
  })
}

test('every common word stands in the list as passwords are compared with it', () => {
  for (const word of COMMON_WORDS) assert.match(word, /^[a-z0-9]{4,}$/)
  assert.equal(new Set(COMMON_WORDS).size, COMMON_WORDS.length)
})
