const transliterate = (t) => t;
