/**
 * Elements, and bringing a tree up to date without losing the focus, what was typed, or what a screen
 * reader is at. Text is only ever text: nothing here makes markup of a string.
 */

/** @param {string} tag `name.class.class` */
export function el(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split('.')
  const node = document.createElement(name)
  if (classes.length > 0) node.className = classes.join(' ')
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) node[key] = value
    else if (value === true) node.setAttribute(key, '')
    else if (value !== undefined && value !== false) node.setAttribute(key, String(value))
  }
  node.append(...children.flat(4).filter((child) => child !== undefined && child !== false))
  return node
}

const SVG = 'http://www.w3.org/2000/svg'
const ICONS = {
  good: 'M5 12.500l4.500 4.500L19 7.500',
  notice: 'M12 7v6M12 16.800v.2',
  warning: 'M12 7v6M12 16.800v.2',
  busy: 'M12 6v7l-3.500-3.500M12 13l3.500-3.500M7 17.500h10',
}

/** Beside words that say the same, so a screen reader passes over it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('class', `icon ${name}`)
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', ICONS[name])
  svg.append(path)
  return svg
}

/** What was said of an address becomes a link when a browser opens it safely, and stays text otherwise. */
export function linkOr(text, label = text) {
  if (text === undefined) return undefined
  const address = /^[^\s@<>:]+@[^\s@<>]+\.[^\s@<>]+$/.test(text) ? `mailto:${text}` : text
  const url = URL.parse(address)
  if (url === null || !['https:', 'mailto:'].includes(url.protocol)) return text
  const elsewhere = url.protocol === 'https:' ? { target: '_blank' } : {}
  return el('a', { href: url.href, rel: 'noreferrer noopener', ...elsewhere }, label)
}

const HANDLERS = ['onclick', 'onchange', 'oninput', 'onsubmit', 'ontoggle']

/** Makes `old` what `next` is. Fields keep what the person did unless the device's own value changed. */
export function morph(old, next) {
  if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName || old.id !== next.id) {
    old.replaceWith(next)
    return
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data
    return
  }
  morphAttributes(old, next)
  for (const handler of HANDLERS) old[handler] = next[handler]
  morphChildren(old, next)
}

/** Children with an id stay the same elements wherever they move to; others go by their place. */
function morphChildren(old, next) {
  const theirs = [...next.childNodes]
  const wanted = new Set(theirs.map(({ id }) => id).filter(Boolean))
  for (const child of [...old.children]) if (child.id && !wanted.has(child.id)) child.remove()
  const known = new Map([...old.children].map((child) => [child.id, child]))
  let at = old.firstChild
  for (const child of theirs) {
    const same = child.id ? known.get(child.id) : at?.id ? undefined : at
    if (!same) {
      old.insertBefore(child, at)
      continue
    }
    if (same !== at) old.insertBefore(same, at)
    at = same.nextSibling
    morph(same, child)
  }
  while (at) {
    const { nextSibling } = at
    at.remove()
    at = nextSibling
  }
}

/** `open` of details is the person's. */
function morphAttributes(old, next) {
  for (const { name } of [...old.attributes]) {
    if (next.hasAttribute(name) || (name === 'open' && old.nodeName === 'DETAILS')) continue
    old.removeAttribute(name)
    if (name === 'checked') old.checked = false
    if (name === 'selected') old.selected = false
  }
  for (const { name, value } of [...next.attributes]) {
    if (old.getAttribute(name) === value) continue
    old.setAttribute(name, value)
    if (name === 'value') old.value = value
    if (name === 'checked') old.checked = true
    if (name === 'selected') old.selected = true
  }
}

let silence

/** Says it to who listens and to who looks, without moving anybody anywhere; a problem stays longer. */
export function announce(sentence, { problem = false } = {}) {
  const said = document.getElementById('said')
  said.textContent = ''
  said.className = problem ? 'said problem' : 'said'
  clearTimeout(silence)
  // A region that is emptied and filled in one go says nothing the second time.
  requestAnimationFrame(() => {
    said.textContent = sentence
    silence = setTimeout(hush, problem ? 20_000 : 6000)
  })
}

export function hush() {
  document.getElementById('said').textContent = ''
}
