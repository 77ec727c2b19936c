/** Counting words: each language's plural rules come from the browser, the forms from the catalogue. */

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

/** A function from a count to words; `#` in a form stands for the number, grouped as the language does. */
export const plural = (language: string, forms: Forms): ((count: number) => string) => {
  const rules = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(language)
  return (count) => (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count))
}

/** A function from a number of bytes to words, in steps of 1000. */
export const byteSize = (language: string): ((bytes: number) => string) => {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
  return (bytes) => {
    const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
    const amount = bytes / 1000 ** step
    const unit = units[step] ?? 'byte'
    const unitDisplay = step === 0 ? 'long' : 'short'
    const maximumFractionDigits = step > 0 && amount < 10 ? 1 : 0
    return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay, maximumFractionDigits }).format(amount)
  }
}
