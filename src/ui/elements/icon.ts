/** An icon in a template. Decoration only: the control around it carries the name. */
import { html, type TemplateResult } from 'lit'
import { iconShapes } from './icon-shapes.ts'

/** Names of the icons there are. */
export type IconName = keyof typeof iconShapes

/** A 20 px icon in the colour of the text around it. */
export const icon = (name: IconName): TemplateResult => html`<svg
  class="icon"
  viewBox="0 0 24 24"
  width="20"
  height="20"
  fill="none"
  stroke="currentColor"
  stroke-width="1.9"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>${iconShapes[name]}</svg>`
