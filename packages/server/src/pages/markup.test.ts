import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html } from './markup.ts'

test('what is put in is text, in elements and in attributes', () => {
  const evil = `"><script>alert('1')</script>&amp;`
  assert.equal(
    html`<p title="${evil}">${evil}</p>`.toString(),
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;</p>',
  )
})

test('markup stays markup, lists follow each other, nothing leaves nothing', () => {
  const items = ['<a>', 'b'].map((item) => html`<li>${item}</li>`)
  const page = html`<ul>${items}</ul>${undefined}${false}${0}`
  assert.equal(page.toString(), '<ul><li>&lt;a&gt;</li><li>b</li></ul>0')
})

test('what only looks like markup is text', () => {
  const forged = { toString: () => '<script>' } as unknown as string
  assert.equal(html`${forged}`.toString().includes('<script>'), false)
})
