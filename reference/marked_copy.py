"""The name of the sheet that is added to a report when it goes back to its commune; the reader leaves it out."""

#: The sheet's name; a number is added where the sender has one of that name.
LIST_SHEET = "Cần sửa"
#: Its first text, by which it is known again when the corrected report comes with it.
LIST_TITLE = "NHỮNG ĐIỂM CẦN SỬA TRONG BÁO CÁO"
