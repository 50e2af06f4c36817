import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { UPDATE_STATE_NAMES, WAITING_FOR } from '@fleetward/shared'
import { CATALOGUE } from '../activity/catalogue.ts'
import { WAYS } from '../activity/classes.ts'
import { ACTIVITY_CLASSES } from '../core/activity-classes.ts'
import { languageOf, Site } from './site.ts'
import { SITE_FILES, SITE_LANGUAGES, SITE_SCRIPTS, siteFile } from './site-file.ts'

const text = (name: (typeof SITE_FILES)[number]) => new TextDecoder().decode(siteFile(name))
const words = Object.fromEntries(
  SITE_LANGUAGES.map((language) => [language, JSON.parse(text(`${language}.json`))]),
) as Record<string, Record<string, string>>
const english = words.en ?? {}
const scripts = SITE_SCRIPTS.map((name) => text(name)).join('\n')

test('every file of the page is served, and nothing else', () => {
  const there = readdirSync(new URL('./site/', import.meta.url))
  assert.deepEqual(there.toSorted(), [...SITE_FILES].toSorted())
  const site = new Site()
  for (const name of SITE_FILES) {
    const path = name === 'index.html' ? '/' : `/site/${name}`
    assert.ok(site.find(path, undefined), path)
  }
  for (const path of [
    '/index.html',
    '/site/',
    '/site/../site.ts',
    '/site/..%2fsite.ts',
    '/site/constructor',
    '',
  ]) {
    assert.equal(site.find(path, undefined), undefined, path)
  }
})

for (const language of SITE_LANGUAGES.filter((name) => name !== 'en')) {
  test(`the catalogue ${language} has the keys and the values to fill in of the English one`, () => {
    const catalogue = words[language] ?? {}
    assert.deepEqual(Object.keys(catalogue).toSorted(), Object.keys(english).toSorted())
    const slots = (sentence: string) => [...sentence.matchAll(/\{\w+\}/g)].map(([slot]) => slot)
    for (const [key, sentence] of Object.entries(catalogue)) {
      assert.deepEqual(slots(sentence).toSorted(), slots(english[key] ?? '').toSorted(), key)
      assert.ok(sentence.trim().length > 0, key)
    }
  })
}

test('every key that a script says is in the catalogues, and every key there is said', () => {
  const has = (key: string) =>
    [key, `${key}.one`, `${key}.other`].some((each) => Object.hasOwn(english, each))
  const said = [...scripts.matchAll(/\bsay\(\s*'([^']+)'/g)].map(([, key = '']) => key)
  assert.ok(said.length > 80)
  for (const key of said) assert.ok(has(key), key)
  // A key is used when it stands in a script, or when a part of it that is computed leads to it.
  const computed = [...scripts.matchAll(/`([\w.-]*)\$\{[^}]+\}([\w.-]*)`/g)].map(
    ([, head = '', tail = '']) => ({ head, tail }),
  )
  const html = text('index.html')
  for (const key of Object.keys(english)) {
    const bare = key.replace(/\.(one|other)$/, '')
    const isSaid =
      scripts.includes(`'${bare}'`) ||
      html.includes(`{{${key}}}`) ||
      computed.some(
        ({ head, tail }) => head.length > 2 && key.startsWith(head) && key.endsWith(tail),
      ) ||
      /^(headline\.\w+)\.more$/.test(key)
    assert.ok(isSaid, `${key} is said nowhere`)
  }
})

test('whatever the device can be, wait for, do or record has words', () => {
  const wanted = [
    ...UPDATE_STATE_NAMES.map((name) => `step.${name}`),
    ...WAITING_FOR.flatMap((name) => [`waiting.${name}`, `waiting.${name}.at`]),
    ...[...ACTIVITY_CLASSES, 'log'].map((name) => `class.${name}`),
    ...ACTIVITY_CLASSES.flatMap((name) => [`class.${name}.more`, `class.${name}.off`]),
    ...WAYS.map((name) => `way.${name}`),
    ...Object.keys(CATALOGUE).map((name) => `event.${name}`),
  ]
  assert.deepEqual(
    wanted.filter((key) => !Object.hasOwn(english, key)),
    [],
  )
})

test('the page has no script, style or handler outside its own files', () => {
  for (const language of SITE_LANGUAGES) {
    const html = new TextDecoder().decode(new Site().find('/', language)?.bytes)
    assert.match(html, new RegExp(`<html lang="${language}">`))
    assert.doesNotMatch(html, /\{\{|<style|\son\w+=|style=|<script(?![^>]*src="\/site\/)/)
  }
  assert.doesNotMatch(
    scripts,
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|https?:\/\/(?!www\.w3\.org\/2000\/svg)/,
  )
})

const wishes: [header: string | undefined, language: string][] = [
  [undefined, 'en'],
  ['', 'en'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['fr', 'fr'],
  ['it,fr;q=0.2,de;q=0.7', 'de'],
  ['de;q=0,en', 'en'],
  ['zh-CN,*', 'en'],
  ['de;q=x,en;q=0.1', 'de'],
  ['FR-ca', 'fr'],
  [`${'x,'.repeat(10_000)}de`, 'en'],
]
for (const [header, language] of wishes) {
  test(`who asks for ${String(header).slice(0, 40)} is answered in ${language}`, () => {
    assert.equal(languageOf(header), language)
  })
}

test('the page has no library and no built file', () => {
  for (const name of SITE_SCRIPTS) {
    for (const [, from = ''] of text(name).matchAll(/from '([^']+)'/g)) {
      assert.ok(
        from.startsWith('./') && SITE_SCRIPTS.some((script) => `./${script}` === from),
        from,
      )
    }
    assert.equal(text(name), readFileSync(new URL(`./site/${name}`, import.meta.url), 'utf8'))
  }
})
