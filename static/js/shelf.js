// The device's own shelf; a browser may forbid it, and then nothing is kept there.
const quietly = (act, otherwise = null) => {
  try {
    return act();
  } catch {
    return otherwise;
  }
};

export const shelf = {
  read: (key) => quietly(() => JSON.parse(localStorage.getItem(key))),
  write: (key, value) => quietly(() => localStorage.setItem(key, JSON.stringify(value))),
  drop: (key) => quietly(() => localStorage.removeItem(key)),
  keys: () => quietly(() => Object.keys(localStorage), []),
};
