import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksForPage } from './asks-for-page.ts'

const CHROMIUM =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

const cases: [who: string, accept: string | undefined, asks: boolean][] = [
  ['a browser', CHROMIUM, true],
  ['somebody who reads pages alone', 'text/html', true],
  ['a script', 'application/json', false],
  ['a script that asks for problems', 'application/problem+json, text/html;q=0.9', false],
  ['who likes both alike', 'text/html, application/json', false],
  ['who wants no page', 'text/html;q=0, */*;q=0.1', false],
  ['a program that takes everything', '*/*', false],
  ['a picture of a page', 'image/avif,image/webp,*/*;q=0.8', false],
  ['a program that says nothing', undefined, false],
  ['who writes it large', 'TEXT/HTML;level=1;Q=0.7, application/json;q=0.5', true],
]
for (const [who, accept, asks] of cases) {
  test(`${who} gets a ${asks ? 'page' : 'problem'}`, () => {
    const headers = accept === undefined ? {} : { accept }
    assert.equal(asksForPage({ method: 'GET', headers }, '/nothing'), asks)
  })
}

test('nobody gets a page who sends something, or where programs call', () => {
  const headers = { accept: CHROMIUM }
  assert.equal(asksForPage({ method: 'HEAD', headers }, '/nothing'), true)
  assert.equal(asksForPage({ method: 'POST', headers }, '/nothing'), false)
  const forPrograms = ['/api', '/api/', '/api/2/x', '/API/1', '/tuf/x', '/.well-known/est/x']
  for (const path of forPrograms) assert.equal(asksForPage({ method: 'GET', headers }, path), false)
  assert.equal(asksForPage({ method: 'GET', headers }, '/apiary'), true)
})
