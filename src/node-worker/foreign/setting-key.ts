/** The key of the account state under which it stands where one's own storage is. */
export const FOREIGN_SETTING = 'setting/foreign'
