import { expect } from 'chai'
import fc from 'fast-check'
import { decodeEntities } from '../../../src/node-worker/transfer/import/html-entities.ts'
import { htmlToText } from '../../../src/node-worker/transfer/import/html-text.ts'
import { cleanText, cutText } from '../../../src/node-worker/transfer/import/plain-text.ts'
import { describe, it } from '../../support/runner.ts'

describe('HTML as text', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['<p>One</p><p>Two<br>three</p>', 'One\n\nTwo\nthree'],
    ['  spread \n over   <b>bold</b>,<i> slanted </i>lines ', 'spread over bold, slanted lines'],
    ['<ul><li>a</li><li>b &amp; c</li></ul>after', '• a\n• b & c\n\nafter'],
    ['see <a href="https://x.example/a?b=1&amp;c=2">the page</a>.', 'see the page (https://x.example/a?b=1&c=2).'],
    ['<a href="https://x.example/">x.example</a>', 'x.example'],
    ['<a href="javascript:alert(1)">no address</a>', 'no address'],
    ['a<script>if (a < b) alert("</p>")</script>b<style>p{}</style>', 'ab'],
    ['<!-- hidden > -->shown<!DOCTYPE x>', 'shown'],
    ['1 < 2 and <3 and a <b', '1 < 2 and <3 and a <b'],
    ['<pre>  keep\n   this</pre>', 'keep\n   this'],
    ['<img src="x" alt="A tree" onerror="alert(1)">', 'A tree'],
    ['&eacute;&nbsp;&#8212;&#x1F600;&bogus;&#xD800;&#0;', 'é —😀&bogus;\ufffd\ufffd'],
  ]
  for (const [html, text] of cases) {
    it(`[IM3] ${html.slice(0, 50)}`, () => expect(cleanText(htmlToText(html))).to.equal(text))
  }

  it('[IM3] entities are resolved once, and names from strangers reach no prototype', () => {
    expect(decodeEntities('&amp;lt; &constructor; &__proto__; &toString;')).to.equal(
      '&lt; &constructor; &__proto__; &toString;',
    )
  })

  it('[IM3] no text makes it throw, take long or leave tags', () => {
    const part = fc.constantFrom('<', '>', '<a href="', "'", '"', '</', '<!--', '-->', '&', ';', '<p>', 'x ', '<script')
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 5 })), { maxLength: 60 }), (parts) => {
        expect(htmlToText(parts.join(''))).to.be.a('string')
      }),
      { numRuns: 300 },
    )
    for (const hostile of ['<a ', '<a "', '<a \'<b "', '<!--', '<script>', '&', '<']) {
      const start = Date.now()
      htmlToText(hostile.repeat(300_000))
      expect(Date.now() - start, hostile).to.be.below(5000)
    }
  })

  it('[IM3] texts are cut between characters', () => {
    expect(cutText('a😀bc', 4)).to.equal('a😀…')
    expect(cutText('a😀bcd', 3)).to.equal('a…')
    expect(cleanText('\r\n\r\n  x\r\ny_\b_z\0\ud800 \n\n')).to.equal('  x\ny_z\ufffd')
  })
})
